import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { NEW_CARD, type CardState, type Rating } from './card.js';
import { retrievability } from './memory.js';
import { DEFAULT_PARAMETERS } from './parameters.js';
import { schedule } from './schedule.js';
import { daysBetween, studyDay } from './study-day.js';

const CARD = 7;
const [ZONE, DAY_STARTS_AT, OFFSET_MS] = ['Africa/Nairobi', 4, 3 * 3_600_000];
const ANSWERS = ['Again', 'Hard', 'Good', 'Easy'];

const guide = readFileSync(new URL('../../../docs/scheduling.md', import.meta.url), 'utf8');
const rows = [...guide.matchAll(/^\| \d{4}-\d\d-\d\d .*\|$/gm)].map(([line]) =>
  line
    .split('|')
    .map((cell) => cell.trim())
    .slice(1, -1),
);

const local = (instant: Date) =>
  new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

it('the card that docs/scheduling.md follows goes the way that it says', () => {
  expect(rows).toHaveLength(7);
  let state: CardState = NEW_CARD;
  const actual = rows.map(([answeredAt = '', answer = '']) => {
    const now = new Date(`${answeredAt.replace(' ', 'T')}:00+03:00`);
    const day = studyDay(now, ZONE, DAY_STARTS_AT);
    const rating = (ANSWERS.indexOf(answer) + 1) as Rating;
    const before = state;
    const at = { now, day, zone: ZONE, dayStartsAt: DAY_STARTS_AT };
    const after = schedule({ id: CARD, state: before }, rating, at, DEFAULT_PARAMETERS);
    const days = daysBetween(before.lastStudyDay ?? day, day);
    const recall =
      before.stability === null ? '' : percent(retrievability(before.stability, days, DEFAULT_PARAMETERS.w));
    const { intervalDays, stability, difficulty, due } = after.state;
    state = after.state;
    const minutes = (due.getTime() - now.getTime()) / 60_000;
    return [
      ...[answeredAt, answer, `${days}`, recall, stability.toFixed(2), difficulty.toFixed(2)],
      ...[intervalDays > 0 ? `${intervalDays} days` : `${minutes} minutes`, local(due)],
    ];
  });
  expect(actual).toEqual(rows);
});

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
