import { scaleQuantile } from 'd3-scale';
import { s } from 'hastscript';
import { addDays, daysBetween } from '../../scheduling/study-day.js';
import type { HeatmapView } from '../history.views.js';
import { drawn, label, MARGIN, px, tip, WIDTH, type Shape } from './picture.js';
import { count, longDate, monthName, percent, weekday, weekdayName } from './words.js';

const WEEKS = 53;
const CELL = 12;
const PITCH = 15;
const [LEFT, TOP] = [60, 96];
const LEVELS = [1, 2, 3, 4] as const;

/** The first day of the picture that ends with the week of this day: a Monday. */
export function firstDayOfHeatmap(today: string): string {
  return addDays(today, -weekday(today) - 7 * (WEEKS - 1));
}

/** A calendar of 53 weeks, one column each; the more answers, the stronger the colour, by quarters of the days studied. */
export function heatmapPicture(heatmap: HeatmapView): string {
  const days = new Map(heatmap.days.map((day) => [day.day, day]));
  const first = firstDayOfHeatmap(heatmap.to);
  const level = scaleQuantile()
    .domain(heatmap.days.map((day) => day.reviews))
    .range(LEVELS);
  const cells = Array.from({ length: daysBetween(first, heatmap.to) + 1 }, (_, n) => {
    const day = addDays(first, n);
    const studied = days.get(day);
    const place = { x: LEFT + PITCH * Math.floor(n / 7), y: TOP + PITCH * (n % 7) };
    return cell(place, studied ? level(studied.reviews) : 0, day === heatmap.to, studied && tipOf(studied));
  });
  return drawn({
    name: 'heatmap',
    height: 248,
    title: 'Study days of the last year',
    ...words(heatmap),
    content: [...months(first), ...weekdays(), ...cells, ...scale()],
  });
}

function cell(place: { x: number; y: number }, level: number, isToday: boolean, text?: string): Shape {
  const className = [`level-${level}`, ...(isToday ? ['today'] : [])];
  return s(
    'rect',
    { class: className, ...place, width: CELL, height: CELL, rx: 2.5 },
    text ? [tip(text)] : [],
  );
}

function tipOf({ day, reviews, correct, minutes }: HeatmapView['days'][number]): string {
  return `${longDate(day)}: ${count(reviews, 'answer')}, ${percent(correct / reviews)} correct, ${Math.round(minutes)} min`;
}

function words({ days, reviews, days_studied, current_streak, longest_streak }: HeatmapView) {
  if (reviews === 0) {
    const summary = 'No answers yet. Each day of study will be a square in colour.';
    return { summary, description: '' };
  }
  const most = days.reduce((best, day) => (day.reviews > best.reviews ? day : best));
  return {
    summary:
      `${count(reviews, 'answer')} on ${count(days_studied, 'day')}. ` +
      `${count(current_streak, 'day')} in a row, ${longest_streak.toLocaleString('en')} at best.`,
    description: `Most on ${longDate(most.day)}: ${count(most.reviews, 'answer')}.`,
  };
}

/** Above the first whole week of each month. */
function months(first: string): Shape[] {
  return Array.from({ length: WEEKS }, (_, week) => ({ week, monday: addDays(first, 7 * week) }))
    .filter(({ week, monday }) => Number(monday.slice(8)) <= 7 && week < WEEKS - 1)
    .map(({ week, monday }) => label(monthName(monday), LEFT + PITCH * week, TOP - 9, 'small'));
}

function weekdays(): Shape[] {
  return [0, 2, 4, 6].map((day) => label(weekdayName(day), LEFT - 9, TOP + PITCH * day + 10, 'small end'));
}

function scale(): Shape[] {
  const y = TOP + 7 * PITCH + 12;
  const right = WIDTH - MARGIN;
  const x = right - 34 - PITCH * 5;
  return [
    label('Less', x - 6, y + 10, 'small end'),
    ...[0, ...LEVELS].map((level) => cell({ x: px(x + PITCH * level), y }, level, false)),
    label('More', right, y + 10, 'small end'),
  ];
}
