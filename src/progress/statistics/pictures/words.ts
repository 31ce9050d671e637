/** English, written out: what runtimes make of dates differs from version to version, and pictures must not. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** 0 is Monday. */
export function weekday(day: string): number {
  return (new Date(day).getUTCDay() + 6) % 7;
}

/** 'Mon' and so on, by number. */
export function weekdayName(number: number): string {
  return WEEKDAYS[number] ?? '';
}

/** '2026-03-01' or '2026-03' as 'Mar'. */
export function monthName(day: string): string {
  return MONTHS[Number(day.slice(5, 7)) - 1] ?? '';
}

/** '2026-03-01' or '2026-03' as 'Mar 2026'. */
export function monthAndYear(day: string): string {
  return `${monthName(day)} ${Number(day.slice(0, 4))}`;
}

/** '2026-03-01' as '1 Mar'. */
export function shortDate(day: string): string {
  return `${Number(day.slice(8))} ${monthName(day)}`;
}

/** '2026-03-01' as 'Sun 1 Mar 2026'. */
export function longDate(day: string): string {
  return `${weekdayName(weekday(day))} ${shortDate(day)} ${Number(day.slice(0, 4))}`;
}

/** '1 card', '12,345 cards'. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** A share from 0 to 1 as '91.5 %'. */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
