import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from './report.js';

const MOST = 25;

const MODULES = 'node_modules/';
const BUNDLE = '/dist/main.js';

const maps = new Map();

/** Which file a function in the bundle was in, and the line that it begins on there; others are where they say. */
function sourceOf({ url, lineNumber, columnNumber, functionName }) {
  if (!url.endsWith(BUNDLE)) return { url, lineNumber, functionName };
  if (!maps.has(url)) maps.set(url, mapOf(`${fileURLToPath(url)}.map`));
  const { originalSource = url, originalLine = lineNumber } = maps
    .get(url)
    .findEntry(lineNumber, columnNumber);
  return { url: originalSource, lineNumber: originalLine, functionName };
}

const mapOf = (file) => new SourceMap(JSON.parse(readFileSync(file, 'utf8')));

/** Where a function comes from: a package, a part of the service, Node.js itself, or what V8 does besides. */
function placeOf({ url, functionName }) {
  if (url.startsWith('node:')) return 'node';
  if (url.includes(MODULES)) {
    const path = url.slice(url.lastIndexOf(MODULES) + MODULES.length).split('/');
    return path.slice(0, path[0].startsWith('@') ? 2 : 1).join('/');
  }
  const [, own] = /\/(?:dist|src)\/([^/]+)/.exec(url) ?? [];
  return own ? `dist/${own}` : functionName;
}

/**
 * What the last profiles say: the time that a request spends in each place, without what it calls there, at the service
 * and at the floor, the greatest difference first; and the functions in which the service spends most.
 * @param since the reading of the monotonic clock at which the load began; before that, programs were only loaded
 */
export async function profileReport(folder, since, requests) {
  const [service, floor] = await Promise.all(
    ['service', 'floor'].map(async (name) =>
      timesOf(await newest(join(folder, name)), since, requests[name]),
    ),
  );
  const difference = (place) => (service.places.get(place) ?? 0) - (floor.places.get(place) ?? 0);
  const places = [...service.places.keys()].toSorted((a, b) => difference(b) - difference(a));
  const micro = (times, place) => (times.get(place) ?? 0).toFixed(0);
  const rows = places
    .slice(0, MOST)
    .map((place) => [place, micro(service.places, place), micro(floor.places, place)]);
  const functions = [...service.functions].toSorted(([, a], [, b]) => b - a).slice(0, MOST);
  const sum = ({ places: times }) => [...times.values()].reduce((total, time) => total + time, 0).toFixed(0);
  return [
    table(['µs of a request in', 'service', 'floor'], [['all', sum(service), sum(floor)], ...rows]),
    table(
      ['most at the service', 'µs'],
      functions.map(([name, time]) => [name, time.toFixed(0)]),
    ),
  ].join('\n\n');
}

async function newest(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  return JSON.parse(await readFile(join(folder, files.at(-1)), 'utf8'));
}

function timesOf({ nodes, samples, timeDeltas, startTime }, since, requests) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, sourceOf(callFrame)]));
  const [places, functions] = [new Map(), new Map()];
  const add = (times, name, time) => times.set(name, (times.get(name) ?? 0) + time / Math.max(1, requests));
  let now = startTime;
  samples.forEach((id, index) => {
    now += timeDeltas[index];
    const frame = frames.get(id);
    if (now < Number(since / 1_000n) || frame.functionName === '(idle)') return;
    const place = placeOf(frame);
    add(places, place, timeDeltas[index]);
    add(
      functions,
      `${place} ${frame.functionName || '(anonymous)'}:${frame.lineNumber + 1}`,
      timeDeltas[index],
    );
  });
  return { places, functions };
}
