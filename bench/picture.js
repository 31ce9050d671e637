// docs/images/performance.svg, from the figures of the last `npm run bench` and `npm run bench -- --scale`:
//   npm run bench:picture
import { scaleBand, scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import { s } from 'hastscript';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  drawn,
  gridLine,
  label,
  MARGIN,
  px,
  tip,
  WIDTH,
} from '../dist/progress/statistics/pictures/picture.js';
import { brief, read } from './report.js';

const LETTERS = 12; // px of a name, from top to bottom
const FILE = join(import.meta.dirname, '../docs/images/performance.svg');

const [MIDDLE, HEIGHT, TOP, BOTTOM] = [WIDTH / 2, 340, 96, 288];

const { results, machine } = await read('requests');
const scale = await read('scale');
const compared = Object.entries(results).filter(([, { floor }]) => floor);
const ratios = compared.map(
  ([name, { service, floor }]) => `${name} ${brief(service.perSecond / floor.perSecond)}`,
);
await writeFile(
  FILE,
  `${drawn({
    name: 'performance',
    height: HEIGHT,
    title: 'Requests per second beside the floor, and time by number of cards',
    summary: `Share of the floor: ${ratios.join(', ')}. ${machine.cores} cores, Node.js ${machine.node.slice(1)}.`,
    description: `The median time of one request stays the same from 1,000 to 100,000 cards of one learner.`,
    content: [...bars(), ...lines(scale.results.cards)],
  })}\n`,
);
console.log('docs/images/performance.svg');

/** For each request two bars: the service, and the floor behind it in pale. */
function bars() {
  const x = scaleBand()
    .domain(compared.map(([name]) => name))
    .range([MARGIN + 40, MIDDLE - 30])
    .paddingInner(0.35);
  const most = Math.max(
    ...compared.flatMap(([, { service, floor }]) => [service.perSecond, floor.perSecond]),
  );
  const y = scaleLinear().domain([0, most]).nice(4).range([BOTTOM, TOP]);
  const half = x.bandwidth() / 2;
  const bar = (name, { perSecond }, who, shift) =>
    s(
      'rect',
      {
        class: who === 'service' ? 'due' : 'level-1',
        ...{
          x: px(x(name) + shift),
          y: px(y(perSecond)),
          width: px(half - 2),
          height: px(BOTTOM - y(perSecond)),
          rx: 1.5,
        },
      },
      tip(`${name}, ${who}: ${brief(perSecond)} a second`),
    );
  return [
    ...y
      .ticks(4)
      .flatMap((value) => gridLine(y(value), MARGIN + 40, MIDDLE - 30, value.toLocaleString('en'))),
    ...compared.flatMap(([name, { service, floor }]) => [
      bar(name, service, 'service', 0),
      bar(name, floor, 'floor', half),
      label(name, x(name) + half, BOTTOM + 20, 'small middle'),
    ]),
    s('line', { class: 'base', x1: MARGIN + 40, x2: MIDDLE - 30, y1: BOTTOM + 0.5, y2: BOTTOM + 0.5 }),
    label('Requests a second: the service (left) and the floor (right)', MARGIN + 40, BOTTOM + 42, 'small'),
  ];
}

/** Names beside the ends of their lines, where need be lower, so that none stands on another. */
function apart(ends) {
  let above = -Infinity;
  const lower = ([name, y]) => [name, (above = Math.max(y, above + LETTERS))];
  return Object.fromEntries(ends.toSorted(([, a], [, b]) => a - b).map(lower));
}

/** One line for each kind of request, ms from the bottom on a logarithmic scale. */
function lines(byScenario) {
  const kinds = Object.entries(byScenario);
  const sizes = Object.keys(kinds[0][1]);
  const [left, right] = [MIDDLE + 60, WIDTH - MARGIN - 70];
  const x = scalePoint().domain(sizes).range([left, right]);
  const times = kinds.flatMap(([, bySize]) => sizes.map((size) => bySize[size].p50));
  const y = scaleLog()
    .domain([
      10 ** Math.floor(Math.log10(Math.min(...times))),
      10 ** Math.ceil(Math.log10(Math.max(...times))),
    ])
    .range([BOTTOM, TOP]);
  const draw = line(
    (size) => px(x(size[0])),
    (size) => px(y(size[1])),
  );
  const names = apart(kinds.map(([name, bySize]) => [name, y(bySize[sizes.at(-1)].p50)]));
  const powers = y.ticks().filter((value) => Number.isInteger(Math.log10(value)));
  return [
    ...powers.flatMap((value) => gridLine(y(value), left, right, `${value} ms`)),
    ...kinds.flatMap(([name, bySize]) => {
      const points = sizes.map((size) => [size, bySize[size].p50]);
      return [
        s(
          'path',
          { class: 'line young', d: draw(points) },
          tip(`${name}: ${points.map(([, ms]) => `${brief(ms)} ms`).join(', ')}`),
        ),
        label(name, right + 8, names[name] + 4, 'small'),
      ];
    }),
    ...sizes.map((size) => label(Number(size).toLocaleString('en'), x(size), BOTTOM + 20, 'small middle')),
    label('Cards of one learner, and the median time of one request', left, BOTTOM + 42, 'small'),
  ];
}
