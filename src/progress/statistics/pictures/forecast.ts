import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import { s } from 'hastscript';
import type { ForecastView } from '../cards.views.js';
import { drawn, gridLine, label, legend, MARGIN, nothing, px, tip, WIDTH, type Shape } from './picture.js';
import { count, longDate, shortDate } from './words.js';

type Part = 'backlog' | 'due';

const [LEFT, RIGHT, TOP, BOTTOM] = [68, WIDTH - MARGIN, 88, 232];
const HEIGHT = 276;
const LABELS = 8;
const WIDEST = 48;

const LEGEND: [string, Part][] = [
  ['Overdue', 'backlog'],
  ['Falling due', 'due'],
];

/** A bar for each day from today on; what was due before stands on top of today, in another colour. */
export function forecastPicture({ backlog, total, days }: ForecastView): string {
  const bars = days.map(({ day, due }, n) => ({ day, due, backlog: n === 0 ? backlog : 0 }));
  const highest = Math.max(...bars.map((bar) => bar.due + bar.backlog));
  const x = scaleBand()
    .domain(bars.map((bar) => bar.day))
    .range([LEFT, Math.min(RIGHT, LEFT + WIDEST * bars.length)])
    .paddingInner(bars.length > 120 ? 0.1 : 0.25);
  const y = scaleLinear()
    .domain([0, Math.max(4, highest)])
    .nice(4)
    .range([BOTTOM, TOP]);

  const series = stack<unknown, (typeof bars)[number], Part>().keys(['due', 'backlog'])(bars);
  const rectangles = series.flatMap((part) =>
    part.flatMap((range) => {
      const { day, due } = range.data;
      const height = y(range[0]) - y(range[1]);
      const box = { x: px(x(day) ?? 0), y: px(y(range[1])), width: px(x.bandwidth()), height: px(height) };
      const text =
        part.key === 'due' ? `${longDate(day)}: ${count(due, 'card')}` : `Overdue: ${count(backlog, 'card')}`;
      return height > 0 ? [s('rect', { class: part.key, ...box, rx: 1.5 }, tip(text))] : [];
    }),
  );
  const dates = bars.filter((_, n) => n % Math.ceil(bars.length / LABELS) === 0);
  return drawn({
    name: 'forecast',
    height: HEIGHT,
    title: days.length === 1 ? 'Cards due today' : `Cards due in the next ${days.length} days`,
    ...words({ backlog, total, days }),
    content: [
      ...y.ticks(4).flatMap((value) => gridLine(y(value), LEFT, RIGHT, value.toLocaleString('en'))),
      ...rectangles,
      s('line', { class: 'base', x1: LEFT, x2: RIGHT, y1: BOTTOM + 0.5, y2: BOTTOM + 0.5 }),
      ...dates.map(({ day }, n) =>
        label(
          n === 0 ? 'Today' : shortDate(day),
          (x(day) ?? 0) + x.bandwidth() / 2,
          BOTTOM + 20,
          'small middle',
        ),
      ),
      ...(backlog > 0 ? legend(LEGEND, square) : []),
      ...(total === 0 ? [nothing('Nothing falls due in this time.', (TOP + BOTTOM) / 2)] : []),
    ],
  });
}

function square(className: string, x: number): Shape {
  return s('rect', { class: className, x: x + 8, y: 27, width: 10, height: 10, rx: 2 });
}

function words({ backlog, total, days }: ForecastView) {
  const [today] = days;
  if (total === 0) return { summary: 'Nothing is due.', description: '' };
  const average = Math.round((total / days.length) * 10) / 10;
  const busiest = days.reduce((most, day) => (day.due > most.due ? day : most));
  const figures = [
    `${count(today?.due ?? 0, 'card')} today`,
    ...(backlog > 0 ? [`${backlog.toLocaleString('en')} overdue`] : []),
    ...(days.length > 1 ? [`${average.toLocaleString('en')} a day on average`] : []),
  ];
  return {
    summary: `${figures.join(', ')}.`,
    description: `Most fall due on ${longDate(busiest.day)}: ${busiest.due.toLocaleString('en')}.`,
  };
}
