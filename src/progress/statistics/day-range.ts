import { invalidField } from '../../http/problem.js';
import { readDay, type Query } from '../../http/query.js';
import { addDays, daysBetween } from '../scheduling/study-day.js';

/** Study days, both limits included. */
export interface DayRange {
  from: string;
  to: string;
}

/** Ten years, so that an answer with a line for each day stays below a megabyte. */
const MAX_DAYS = 3_660;

const YEAR = 365;

/** `from` and `to` as they were asked for. @throws Problem 400 */
export function readDayRange(query: Query): Partial<DayRange> {
  const from = readDay(query, 'from');
  const to = readDay(query, 'to');
  if (from !== undefined && to !== undefined && from > to) throw backwards();
  return { ...(from && { from }), ...(to && { to }) };
}

/** A range with both ends: up to today, for a year, unless it says otherwise. @throws Problem 400 */
export function completeRange(wanted: Partial<DayRange>, today: string): DayRange {
  const to = wanted.to ?? today;
  const from = wanted.from ?? addDays(to, 1 - YEAR);
  if (from > to) throw backwards();
  if (daysBetween(from, to) >= MAX_DAYS) {
    throw invalidField('from', `from must be at most ${MAX_DAYS} days before to`);
  }
  return { from, to };
}

function backwards() {
  return invalidField('from', 'from must not be after to');
}
