import { describe, expect, it } from '@jest/globals';
import { SaxesParser } from 'saxes';
import type { ForecastView } from '../cards.views.js';
import type { HeatmapView } from '../history.views.js';
import type { RetentionPeriodView } from '../recall.views.js';
import { forecastPicture } from './forecast.js';
import { firstDayOfHeatmap, heatmapPicture } from './heatmap.js';
import { drawn, label, tip } from './picture.js';
import { retentionPicture } from './retention.js';

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Every element of a well-formed document, in its order. @throws for one that is not */
function parse(document: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    expect(uri).toBe('http://www.w3.org/2000/svg');
    const values = Object.entries(attributes).map(([name, { value }]) => [name, value]);
    const element = {
      name: local,
      attributes: Object.fromEntries(values) as Record<string, string>,
      text: '',
    };
    open.push(element);
    elements.push(element);
  });
  parser.on('text', (text) => open.at(-1) && (open.at(-1)!.text += text));
  parser.on('closetag', () => open.pop());
  parser.write(document).close();
  return elements;
}

const texts = (document: string) =>
  parse(document)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

/** Elements with this class. */
const withClass = (document: string, className: string) =>
  parse(document).filter(({ attributes }) => attributes['class']?.split(' ').includes(className));

const day = (name: string, reviews: number) => ({
  ...{ day: name, reviews, correct: reviews - 1, minutes: reviews / 10, new_cards: 0 },
});

function heatmap(days: HeatmapView['days']): HeatmapView {
  const reviews = days.reduce((sum, one) => sum + one.reviews, 0);
  const streaks = { current_streak: days.length, longest_streak: 12 };
  return {
    ...{
      from: firstDayOfHeatmap('2026-03-10'),
      to: '2026-03-10',
      reviews,
      minutes: 1,
      days_studied: days.length,
    },
    ...{ ...streaks, days },
  };
}

function forecast(due: number[], backlog = 0): ForecastView {
  const days = due.map((cards, n) => ({ day: `2026-03-${10 + n}`, due: cards }));
  return { backlog, total: backlog + due.reduce((sum, cards) => sum + cards, 0), days };
}

function month(period: string, shares: [young: number | null, mature: number | null, all: number | null]) {
  const of = (retention: number | null) =>
    retention === null
      ? { reviews: 0, remembered: 0, retention }
      : { reviews: 100, remembered: 100 * retention, retention };
  const [young, mature, all] = shares;
  return { period, from: `${period}-01`, young: of(young), mature: of(mature), all: of(all) };
}

const retention = (months: RetentionPeriodView[], desired_retention = 0.9) =>
  retentionPicture({ desired_retention, periods: [], months });

const NO_MONTHS = ['2025-12', '2026-01', '2026-02'].map((period) => month(period, [null, null, null]));
const MONTHS = [
  month('2025-12', [0.8, null, 0.8]),
  month('2026-01', [null, null, null]),
  month('2026-02', [0.85, 0.95, 0.9]),
];

const everyPicture: [name: string, picture: () => string][] = [
  ['a heat map', () => heatmapPicture(heatmap([day('2026-03-09', 10), day('2026-03-10', 30)]))],
  ['an empty heat map', () => heatmapPicture(heatmap([]))],
  ['a forecast', () => forecastPicture(forecast([3, 0, 12], 5))],
  ['an empty forecast', () => forecastPicture(forecast([0, 0, 0]))],
  ['a forecast of one day', () => forecastPicture(forecast([2]))],
  ['a retention', () => retention(MONTHS)],
  ['an empty retention', () => retention(NO_MONTHS)],
  ['a retention of nothing but lapses', () => retention([month('2026-02', [0, 0, 0])], 0.7)],
];

describe.each(everyPicture)('%s', (_, picture) => {
  it('is one well-formed SVG with a title and a description that it is labelled by', () => {
    const [svg, title, description] = parse(picture());
    expect(svg).toMatchObject({
      name: 'svg',
      attributes: { role: 'img', viewBox: expect.stringMatching(/^0 0 880 \d+$/) },
    });
    expect([title?.name, description?.name]).toEqual(['title', 'desc']);
    expect(svg?.attributes['aria-labelledby']).toBe(
      `${title?.attributes['id']} ${description?.attributes['id']}`,
    );
    expect(title?.text).not.toBe('');
    expect(description?.text).not.toBe('');
  });

  it('has only finite numbers, and asks for nothing from elsewhere', () => {
    const text = picture();
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|href|<script|@import/);
  });

  it('is the same text every time', () => {
    expect(picture()).toBe(picture());
  });
});

it('Whatever is written in a picture is escaped', () => {
  const hostile = `</svg><script>alert("1")</script> & 'ü'`;
  const words = { title: hostile, summary: hostile, description: hostile };
  const svg = drawn({
    name: `a"b`,
    height: 100,
    ...words,
    content: [label(hostile, 0, 0, '"x'), tip(hostile)],
  });
  const elements = parse(svg);
  expect(elements.map(({ name }) => name)).toEqual([
    ...['svg', 'title', 'desc', 'style', 'rect', 'text', 'text', 'text', 'title'],
  ]);
  expect([elements[1]?.text, elements[7]?.text, elements[8]?.text]).toEqual([hostile, hostile, hostile]);
});

describe('the heat map', () => {
  it('has a square for each day of 53 weeks up to today, today marked', () => {
    const squares = parse(heatmapPicture(heatmap([]))).filter(
      ({ attributes }) => attributes['width'] === '12',
    );
    expect(squares).toHaveLength(52 * 7 + 2 + 5); // a Tuesday, and the legend
    expect(withClass(heatmapPicture(heatmap([])), 'today')).toHaveLength(1);
  });

  it('colours the days by quarters, and says what each was', () => {
    const days = [10, 20, 30, 40].map((reviews, n) => day(`2026-03-0${n + 1}`, reviews));
    const picture = heatmapPicture(heatmap(days));
    for (const level of [1, 2, 3, 4]) expect(withClass(picture, `level-${level}`)).toHaveLength(1 + 1);
    const tips = parse(picture)
      .filter(({ name }) => name === 'title')
      .map(({ text }) => text);
    expect(tips).toContain('Mon 2 Mar 2026: 20 answers, 95 % correct, 2 min');
    expect(texts(picture)).toContain('100 answers on 4 days. 4 days in a row, 12 at best.');
  });

  it('names the months and every other weekday', () => {
    expect(texts(heatmapPicture(heatmap([]))).slice(2)).toEqual([
      ...['Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'Jan', 'Feb', 'Mar'],
      ...['Mon', 'Wed', 'Fri', 'Sun', 'Less', 'More'],
    ]);
  });
});

describe('the forecast', () => {
  it('has a bar for each day with due cards, as high as there are many, and the backlog on top of today', () => {
    const picture = forecastPicture(forecast([10, 0, 20], 10));
    const heights = (part: string) =>
      withClass(picture, part)
        .filter(({ attributes }) => attributes['y'] !== '27') // the legend
        .map(({ attributes }) => Number(attributes['height']));
    const [today = 0, later = 0] = heights('due');
    expect(heights('due')).toHaveLength(2);
    expect(later).toBeCloseTo(2 * today, 1);
    expect(heights('backlog')).toEqual([expect.closeTo(today, 1)]);
    expect(texts(picture)[1]).toBe('10 cards today, 10 overdue, 13.3 a day on average.');
  });

  it('has no bar and a sentence when nothing is due', () => {
    const picture = forecastPicture(forecast([0, 0]));
    expect(withClass(picture, 'due')).toEqual([]);
    expect(texts(picture)).toContain('Nothing falls due in this time.');
  });
});

describe('the retention', () => {
  it('has a dot for each month with answers, a gap where there are none, and the goal', () => {
    const picture = retention(MONTHS);
    expect(withClass(picture, 'dot').map(({ attributes }) => attributes['class'])).toEqual([
      ...['dot young', 'dot young', 'dot mature', 'dot all', 'dot all'],
    ]);
    expect(withClass(picture, 'goal')).toHaveLength(1);
    expect(texts(picture)).toContain('Goal 90 %');
    expect(texts(picture)[1]).toBe(
      '85 % of 200 answers to cards from an earlier day were right. The goal is 90 %.',
    );
  });

  it('is drawn inside of its frame, however low it is', () => {
    const dots = withClass(retention([month('2026-02', [0, 0.5, 1])]), 'dot');
    const heights = dots.map(({ attributes }) => Number(attributes['cy']));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(88);
    expect(Math.max(...heights)).toBeLessThanOrEqual(240);
  });
});
