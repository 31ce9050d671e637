import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, 'results');

/** Columns as wide as they have to be, numbers to the right: Markdown, to be copied into a document. */
export function table(header, rows) {
  const lines = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const print = (line) =>
    `| ${line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [print(header), rule, ...lines.slice(1).map(print)].join('\n');
}

/** Three digits that say something. */
export function brief(number) {
  return number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2);
}

export function machine(version) {
  const [{ model } = { model: 'unknown' }] = cpus();
  return {
    at: new Date().toISOString(),
    ...{ node: process.version, postgres: version, cpu: model, cores: cpus().length },
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

/** @param kind of measurement; the figures of each are kept until the next of that kind */
export async function write(kind, result) {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(fileOf(kind), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nAll figures are in bench/results/${kind}.json.`);
}

export async function read(kind) {
  return JSON.parse(await readFile(fileOf(kind), 'utf8'));
}

const fileOf = (kind) => join(RESULTS, `${kind}.json`);
