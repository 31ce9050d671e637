import { scaleLinear, scalePoint } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import { s } from 'hastscript';
import type { RetentionPeriodView, RetentionView } from '../recall.views.js';
import { drawn, gridLine, label, legend, MARGIN, nothing, px, tip, WIDTH, type Shape } from './picture.js';
import { count, monthAndYear, monthName, percent } from './words.js';

const [LEFT, RIGHT, TOP, BOTTOM] = [68, WIDTH - MARGIN - 62, 88, 240];
const HEIGHT = 284;

/** In the order in which they are drawn, the most important one on top. */
const SERIES = ['young', 'mature', 'all'] as const;
const NAMES = { young: 'Young cards', mature: 'Mature cards', all: 'All cards' };
const LEGEND = (['all', 'young', 'mature'] as const).map((name): [string, string] => [NAMES[name], name]);

type Series = (typeof SERIES)[number];

interface Scales {
  x: (month: string) => number;
  y: (share: number) => number;
}

/** A line for young, mature and all cards over the months, beside what the learner aims for. */
export function retentionPicture({ desired_retention, months }: RetentionView): string {
  const lowest = Math.min(
    desired_retention,
    ...SERIES.flatMap((name) => months.flatMap((m) => m[name].retention ?? [])),
  );
  const point = scalePoint()
    .domain(months.map((month) => month.period))
    .range([LEFT + 16, RIGHT - 16]);
  const y = scaleLinear()
    .domain([Math.max(0, Math.floor((lowest - 0.02) * 10) / 10), 1])
    .range([BOTTOM, TOP]);
  const scales = { x: (month: string) => point(month) ?? 0, y };
  const isEmpty = months.every((month) => month.all.reviews === 0);
  return drawn({
    name: 'retention',
    height: HEIGHT,
    title: 'True retention by month',
    ...words(desired_retention, months),
    content: [
      ...y.ticks(4).flatMap((share) => gridLine(y(share), LEFT, RIGHT, percent(share))),
      ...months.map(({ period }) => label(monthLabel(period), scales.x(period), BOTTOM + 20, 'small middle')),
      ...goal(y(desired_retention), desired_retention),
      ...SERIES.flatMap((name) => [...curve(name, months, scales), ...dots(name, months, scales)]),
      ...(isEmpty
        ? [nothing('It begins with the first answer to a card from an earlier day.', (TOP + BOTTOM) / 2 + 30)]
        : legend(LEGEND, stroke)),
    ],
  });
}

function monthLabel(month: string): string {
  return month.endsWith('-01') ? monthAndYear(month) : monthName(month);
}

function goal(y: number, share: number): Shape[] {
  const height = px(y);
  return [
    s('line', { class: 'goal', x1: LEFT, x2: RIGHT, y1: height, y2: height }),
    label(`Goal ${percent(share)}`, RIGHT + 8, y + 4, 'small strong'),
  ];
}

/** Broken where a month has nothing. */
function curve(name: Series, months: RetentionPeriodView[], { x, y }: Scales): Shape[] {
  const path = line<RetentionPeriodView>()
    .defined((month) => month[name].retention !== null)
    .x((month) => x(month.period))
    .y((month) => y(month[name].retention ?? 0))
    .curve(curveMonotoneX)
    .digits(2)(months);
  return path === null ? [] : [s('path', { class: ['line', name], d: path })];
}

function dots(name: Series, months: RetentionPeriodView[], { x, y }: Scales): Shape[] {
  return months.flatMap((month) => {
    const { retention, reviews } = month[name];
    if (retention === null) return [];
    const place = { cx: px(x(month.period)), cy: px(y(retention)), r: name === 'all' ? 4.5 : 3.5 };
    const text = `${monthAndYear(month.period)}, ${NAMES[name].toLowerCase()}: ${percent(retention)} of ${count(reviews, 'answer')}`;
    return [s('circle', { class: ['dot', name], ...place }, tip(text))];
  });
}

function words(desired: number, months: RetentionPeriodView[]) {
  const reviews = months.reduce((sum, month) => sum + month.all.reviews, 0);
  if (reviews === 0) return { summary: 'Nothing to remember yet.', description: '' };
  const remembered = months.reduce((sum, month) => sum + month.all.remembered, 0);
  const read = months.flatMap(({ period, all }) =>
    all.retention === null ? [] : [`${monthAndYear(period)} ${percent(all.retention)}`],
  );
  return {
    summary: `${percent(remembered / reviews)} of ${count(reviews, 'answer')} to cards from an earlier day were right. The goal is ${percent(desired)}.`,
    description: `By month: ${read.join(', ')}.`,
  };
}

function stroke(className: string, x: number): Shape {
  return s('path', { class: ['line', className], d: `M${x} 32h16` });
}
