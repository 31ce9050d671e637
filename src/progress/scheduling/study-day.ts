/**
 * Study days: the learner's calendar days, which begin at a local hour such as 04:00, so that a late
 * evening belongs to the day before. A day is written 'YYYY-MM-DD' (years 1 to 9999), a zone by its IANA
 * name. Days are as long as the local clock makes them, some 23 or 25 hours, and begin only once if the
 * clock is put back.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** More than any zone's distance from UTC, ever; no zone has changed its clock twice within 95 hours. */
const WIDEST_OFFSET = 16 * HOUR;

/** Short enough that a clock which shows the same offset at both ends has not changed in between. */
const BLOCK = 2 * DAY;

const formatters = new Map<string, Intl.DateTimeFormat>(); // building one costs some 50 µs
const starts = new Map<string, number>(); // reading a local clock costs some 2 µs
const offsets = new Map<string, number | null>(); // of blocks of time; null when the clock changes within

/**
 * The study day of an instant.
 * @param dayStartsAt local hour at which a study day begins, 0 to 23
 * @throws RangeError for an unknown zone or an invalid date
 */
export function studyDay(instant: Date, zone: string, dayStartsAt: number): string {
  const time = instant.getTime();
  const day = isoDate(time + offsetAt(time, zone) - dayStartsAt * HOUR);
  const next = addDays(day, 1);
  // If the clock was put back after the next day had begun, that day goes on.
  return startTime(next, zone, dayStartsAt) <= time ? next : day;
}

/** The hour on the learner's clock, 0 to 23. */
export function localHour(instant: Date, zone: string): number {
  const time = instant.getTime();
  const wall = time + offsetAt(time, zone);
  return Math.floor((wall - Math.floor(wall / DAY) * DAY) / HOUR);
}

/** The first instant at which the local clock shows the beginning of this day, or has jumped over it. */
export function startOfStudyDay(day: string, zone: string, dayStartsAt: number): Date {
  return new Date(startTime(day, zone, dayStartsAt));
}

/** Days from a to b, negative if b comes first. */
export function daysBetween(a: string, b: string): number {
  return (Date.parse(b) - Date.parse(a)) / DAY;
}

/** The day n days later, or earlier for a negative n. */
export function addDays(day: string, n: number): string {
  return isoDate(Date.parse(day) + n * DAY);
}

/** Whether this runtime knows the name as an IANA time zone; a fixed offset such as '+05:00' is none. */
export function isTimeZone(zone: string): boolean {
  if (!/^[a-z]/i.test(zone)) return false; // newer runtimes would take an offset
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: zone }));
  } catch {
    return false;
  }
}

/**
 * The spelling of a zone's name: `europe/berlin` is Europe/Berlin. A second name of a zone, such as Asia/Kolkata, is
 * kept, since runtimes differ in which of its names is the first.
 */
export function spellTimeZone(zone: string): string {
  const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions();
  return timeZone.toLowerCase() === zone.toLowerCase() ? timeZone : zone;
}

function startTime(day: string, zone: string, dayStartsAt: number): number {
  return remembered(starts, 20_000, `${zone} ${dayStartsAt} ${day}`, () => {
    return whenClockReaches(Date.parse(day) + dayStartsAt * HOUR, zone);
  });
}

/** @param wall what the clock shall read, as if it were UTC; at most one change of the clock is near it. */
function whenClockReaches(wall: number, zone: string): number {
  const before = offsetAt(wall - WIDEST_OFFSET, zone);
  let after = wall - before;
  const changed = offsetAt(after, zone);
  if (changed === before) return after;

  let earlier = wall - changed;
  if (offsetAt(earlier, zone) === changed) return earlier;
  // The clock jumps over the wanted time: find the jump.
  while (after - earlier > 1) {
    const middle = Math.floor((earlier + after) / 2);
    if (offsetAt(middle, zone) === changed) after = middle;
    else earlier = middle;
  }
  return after;
}

/** Local clock minus UTC in milliseconds. */
function offsetAt(time: number, zone: string): number {
  const block = Math.floor(time / BLOCK);
  const constant = remembered(offsets, 50_000, `${zone} ${block}`, () => {
    const before = readOffset(block * BLOCK, zone);
    return readOffset((block + 1) * BLOCK, zone) === before ? before : null;
  });
  return constant ?? readOffset(time, zone);
}

function readOffset(time: number, zone: string): number {
  const formatter = remembered(formatters, 500, zone, () => {
    const [digits, hourCycle] = ['numeric', 'h23'] as const;
    const date = { year: digits, month: digits, day: digits } as const;
    const clock = { hour: digits, minute: digits, second: digits, hourCycle } as const;
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, ...date, ...clock });
  });
  const fields = formatter.format(time).match(/\d+/g) ?? [];
  const [month = 0, date = 0, year = 0, hour = 0, minute = 0, second = 0] = fields.map(Number);
  return Date.UTC(year, month - 1, date, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Looks up or computes; forgets everything when full, since the names of zones come from outside. */
function remembered<T>(cache: Map<string, T>, limit: number, key: string, compute: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= limit) cache.clear();
  const value = compute();
  cache.set(key, value);
  return value;
}
