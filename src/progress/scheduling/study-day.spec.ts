import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysBetween, isTimeZone, startOfStudyDay, studyDay } from './study-day.js';

fc.configureGlobal({ seed: 20261122 }); // the same cases in every run

const HOUR = 3_600_000;
const ZONES = Intl.supportedValuesOf('timeZone');

/**
 * Zones with a peculiar history: days skipped or lived twice, odd offsets, changes at midnight or of half
 * an hour.
 */
const ODD_ZONES = [
  'America/Juneau',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Africa/Freetown',
  'Africa/Monrovia',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Manila',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Kwajalein',
];

describe('studyDay', () => {
  it.each([
    ['before the rollover', '2026-03-10T03:59:59.999+01:00', 'Europe/Berlin', 4, '2026-03-09'],
    ['at the rollover', '2026-03-10T04:00:00+01:00', 'Europe/Berlin', 4, '2026-03-10'],
    ['at midnight, for days that begin then', '2026-03-10T00:00:00+01:00', 'Europe/Berlin', 0, '2026-03-10'],
    ['in the last night of February of a leap year', '2024-03-01T03:00:00Z', 'UTC', 4, '2024-02-29'],
    ['in the last night of the year', '2026-01-01T02:00:00+05:45', 'Asia/Kathmandu', 4, '2025-12-31'],
    ['half an hour off', '2026-07-01T04:00:00+05:30', 'Asia/Kolkata', 4, '2026-07-01'],
    ['before 1970', '1969-07-21T02:56:15Z', 'America/Chicago', 4, '1969-07-20'],
    ['before 1970, in fractions of a second', '1960-05-05T03:59:59.999Z', 'UTC', 4, '1960-05-04'],
    ['in local mean time', '1850-06-01T04:00:00Z', 'America/New_York', 0, '1850-05-31'],
    [
      'when the hour of the rollover comes twice',
      '2026-10-25T02:30:00+01:00',
      'Europe/Berlin',
      2,
      '2026-10-25',
    ],
    ['before an hour that is skipped', '2026-03-29T01:59:59+01:00', 'Europe/Berlin', 2, '2026-03-28'],
    ['after an hour that is skipped', '2026-03-29T03:00:00+02:00', 'Europe/Berlin', 2, '2026-03-29'],
    [
      'when the clock goes back over midnight',
      '2010-11-06T23:30:00-03:30',
      'America/St_Johns',
      0,
      '2010-11-07',
    ],
    ['in the night after a skipped day', '2011-12-31T03:59:00+14:00', 'Pacific/Apia', 4, '2011-12-30'],
    ['after a skipped day', '2011-12-31T04:00:00+14:00', 'Pacific/Apia', 4, '2011-12-31'],
  ])('%s', (_, instant, zone, dayStartsAt, day) => {
    expect(studyDay(new Date(instant), zone, dayStartsAt)).toBe(day);
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => studyDay(new Date(0), 'Europe/Atlantis', 4)).toThrow(RangeError);
  });
});

describe('startOfStudyDay', () => {
  it.each([
    ['a day of 23 hours', '2026-03-28', 'Europe/Berlin', 4, '2026-03-28T03:00:00.000Z', 23],
    ['a day of 25 hours', '2026-10-24', 'Europe/Berlin', 4, '2026-10-24T02:00:00.000Z', 25],
    [
      'a day of 24 hours and a half',
      '2026-04-04',
      'Australia/Lord_Howe',
      4,
      '2026-04-03T17:00:00.000Z',
      24.5,
    ],
    [
      'a day whose first hour is skipped',
      '2018-11-04',
      'America/Sao_Paulo',
      0,
      '2018-11-04T03:00:00.000Z',
      23,
    ],
    ['a day whose first hour comes twice', '2026-10-25', 'Europe/Berlin', 2, '2026-10-25T00:00:00.000Z', 25],
    ['a day that was skipped', '2011-12-30', 'Pacific/Apia', 0, '2011-12-30T10:00:00.000Z', 0],
    ['the night left of a skipped day', '2011-12-30', 'Pacific/Apia', 4, '2011-12-30T10:00:00.000Z', 4],
    ['a day that was lived twice', '1969-09-30', 'Pacific/Kwajalein', 0, '1969-09-29T13:00:00.000Z', 47],
  ])('%s', (_, day, zone, dayStartsAt, start, hours) => {
    const from = startOfStudyDay(day, zone, dayStartsAt);
    const to = startOfStudyDay(addDays(day, 1), zone, dayStartsAt);
    expect(from.toISOString()).toBe(start);
    expect((to.getTime() - from.getTime()) / HOUR).toBe(hours);
  });

  it('begins the day that holds an instant at or before it, and the next one after it', () => {
    const instant = fc.date({
      min: new Date('1840-01-01'),
      max: new Date('2200-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), fc.nat(23), (t, zone, dayStartsAt) => {
        const day = studyDay(t, zone, dayStartsAt);
        expect(startOfStudyDay(day, zone, dayStartsAt).getTime()).toBeLessThanOrEqual(t.getTime());
        expect(startOfStudyDay(addDays(day, 1), zone, dayStartsAt).getTime()).toBeGreaterThan(t.getTime());
      }),
      { numRuns: 2000 },
    );
  });
});

/**
 * Local clock minus UTC, read off the name of the offset ('GMT-03:30:52'): another way than that of the
 * code.
 */
function offsets(zone: string) {
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (time: number): number => {
    const name = formatter.format(time).split('GMT')[1]!;
    const [hours = 0, minutes = 0, seconds = 0] = name.slice(1).split(':').map(Number);
    return (name.startsWith('-') ? -1000 : 1000) * (hours * 3600 + minutes * 60 + seconds);
  };
}

/** The instants at which a clock was changed. No zone has ever changed it twice within 95 hours. */
function clockChanges(offsetAt: (time: number) => number, from: number, to: number): number[] {
  const changes: number[] = [];
  for (let time = from, before = offsetAt(from); time < to; time += 90 * HOUR) {
    let [low, high] = [time, time + 90 * HOUR];
    const after = offsetAt(high);
    if (after === before) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push(high);
    before = after;
  }
  return changes;
}

/**
 * Compares the study days around every change of a clock with the furthest that the clock had come by then.
 */
function checkAroundChanges(zone: string, fromYear: number, toYear: number, rollovers: number[]) {
  const offsetAt = offsets(zone);
  const wall = (time: number) => time + offsetAt(time);
  const changes = clockChanges(offsetAt, Date.UTC(fromYear, 0), Date.UTC(toYear, 0));
  const cases = changes.flatMap((change) =>
    rollovers.flatMap((rollover) =>
      [change - 1, change, change + HOUR / 3, change + 7 * HOUR].map((time) => ({ change, rollover, time })),
    ),
  );
  const wrong = cases.filter(({ change, rollover, time }) => {
    const furthest = (t: number) => Math.max(wall(t), t < change ? -Infinity : wall(change - 1));
    const expected = (t: number) => new Date(furthest(t) - rollover * HOUR).toISOString().slice(0, 10);
    const day = expected(time);
    const start = startOfStudyDay(day, zone, rollover).getTime();
    return (
      studyDay(new Date(time), zone, rollover) !== day || expected(start) < day || expected(start - 1) >= day
    );
  });
  return { changes: changes.length, wrong };
}

describe('around real changes of the clock', () => {
  it('knows the study days in every zone of this time', () => {
    const checked = ZONES.map((zone) => checkAroundChanges(zone, 2020, 2028, [0, 4]));
    expect(checked.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(checked.reduce((sum, { changes }) => sum + changes, 0)).toBeGreaterThan(1500);
  });

  it.each(ODD_ZONES)('knows the study days of %s since 1840, with every rollover', (zone) => {
    const { changes, wrong } = checkAroundChanges(zone, 1840, 2030, [0, 1, 2, 3, 4, 12, 23]);
    expect(wrong).toEqual([]);
    expect(changes).toBeGreaterThan(0);
  });
});

describe('daysBetween and addDays', () => {
  it.each([
    ['2024-02-28', '2024-03-01', 2],
    ['2023-02-28', '2023-03-01', 1],
    ['2000-02-28', '2000-03-01', 2],
    ['1900-02-28', '1900-03-01', 1],
    ['2026-03-28', '2026-03-30', 2],
    ['1969-12-31', '1970-01-01', 1],
    ['2026-01-05', '2025-12-31', -5],
    ['2026-11-22', '2126-10-29', 36_500],
  ])('%s to %s: %i', (a, b, days) => {
    expect(daysBetween(a, b)).toBe(days);
    expect(addDays(a, days)).toBe(b);
  });

  // Anki's own example: its collection was created at midnight, which it counts as the day that begins then.
  it('counts 507 days across a change of the offset', () => {
    const created = studyDay(new Date('2018-08-06T04:00:00-06:00'), 'America/Denver', 4);
    const now = studyDay(new Date('2019-12-26T20:00:00-07:00'), 'America/Denver', 4);
    expect(daysBetween(created, now)).toBe(507);
  });

  it.each([
    ['01:59 to 02:00 of the same night', '2026-05-05T01:59:00Z', '2026-05-05T02:00:00Z', 0],
    ['23:50 to 00:10', '2026-05-05T23:50:00Z', '2026-05-06T00:10:00Z', 0],
    ['03:59 to 04:00', '2026-05-05T03:59:00Z', '2026-05-05T04:00:00Z', 1],
    ['an evening to the next night', '2026-05-05T20:00:00Z', '2026-05-07T02:00:00Z', 1],
  ])('counts what lies between two study days: %s', (_, a, b, days) => {
    expect(daysBetween(studyDay(new Date(a), 'UTC', 4), studyDay(new Date(b), 'UTC', 4))).toBe(days);
  });
});

describe('isTimeZone', () => {
  it('takes every zone of this runtime, and old names for them', () => {
    expect(
      [...ZONES, 'Asia/Calcutta', 'Asia/Kolkata', 'US/Pacific', 'UTC'].filter((zone) => !isTimeZone(zone)),
    ).toEqual([]);
  });

  it.each(['', 'Europe/Atlantis', '+05:00', '-0330', 'local', 'UTC+1', "'; drop table users"])(
    'refuses %j',
    (zone) => {
      expect(isTimeZone(zone)).toBe(false);
    },
  );
});
