import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startApp, type TestApp } from '../support/app.js';

interface Step {
  commands: string;
  /** What the README shows as their answer, if it shows one. */
  printed: object | undefined;
}

/** Ends the output of one step. */
const END = '\u001e';

let service: TestApp;
beforeAll(async () => {
  service = await startApp();
});
afterAll(() => service.close());

it('The tour in the README answers as it says', async () => {
  const steps = readTour(await readFile(join(import.meta.dirname, '../../README.md'), 'utf8'));
  const printed = steps.flatMap((step) => step.printed ?? []);
  expect(printed.length).toBeGreaterThan(3);
  const outputs = await run(steps.map((step) => step.commands));
  const answers = steps.flatMap((step, n) => (step.printed ? (JSON.parse(outputs[n] ?? '') as object) : []));
  expect(answers.map(timeless)).toMatchObject(printed.map(timeless));
});

/** Every ```sh block of the section, with the ```json block that follows it. */
function readTour(readme: string): Step[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith('A tour')) ?? '';
  const blocks = section.matchAll(/^```sh\n(.*?)^```\n(?:\n```json\n(.*?)^```)?/gms);
  return [...blocks].map(([, commands = '', json]) => ({
    commands,
    printed: json === undefined ? undefined : (JSON.parse(json) as object),
  }));
}

/** Runs the blocks in one shell, as somebody who pastes them one after the other; the output of each. */
async function run(blocks: string[]): Promise<string[]> {
  const script = ['set -euo pipefail', ...blocks.map((block) => `${block}printf '${END}'`)].join('\n');
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, API: service.url };
  return (await promisify(execFile)('bash', ['-c', script], { env })).stdout.split(END);
}

/** The same with every point in time, and every request id, made alike: they are the reader's own. */
function timeless(answer: object): object {
  const text = JSON.stringify(answer)
    .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"a time"')
    .replaceAll(/"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"/g, '"an id"');
  return JSON.parse(text) as object;
}
