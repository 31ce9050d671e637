import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { table } from './report.js';

const MOST = 25;

const MODULES = 'node_modules/';

/** Where a function comes from: a package, a part of the service, Node.js itself, or what V8 does besides. */
function placeOf({ url, functionName }) {
  if (url.startsWith('node:')) return 'node';
  if (url.includes(MODULES)) {
    const path = url.slice(url.lastIndexOf(MODULES) + MODULES.length).split('/');
    return path.slice(0, path[0].startsWith('@') ? 2 : 1).join('/');
  }
  const [, own] = /\/dist\/([^/]+)/.exec(url) ?? [];
  return own ? `dist/${own}` : functionName;
}

/** What the last profile in a folder says: the share of time in each place and in each function, without its calls. */
export async function profileReport(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(join(folder, files.at(-1)), 'utf8'));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [places, functions] = [new Map(), new Map()];
  let total = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame.functionName === '(idle)') return;
    const spent = timeDeltas[index];
    const place = placeOf(frame);
    total += spent;
    places.set(place, (places.get(place) ?? 0) + spent);
    const name = `${place} ${frame.functionName || '(anonymous)'}:${frame.lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + spent);
  });
  const top = (times) =>
    [...times]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, MOST)
      .map(([name, spent]) => [name, `${((100 * spent) / total).toFixed(1)} %`]);
  return [table(['place', 'CPU'], top(places)), table(['function', 'CPU'], top(functions))].join('\n\n');
}
