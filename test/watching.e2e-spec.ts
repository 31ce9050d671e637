import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startApp, type TestApp } from './support/app.js';

const FOLDER = join(import.meta.dirname, '../docs/operating');
const TOKEN = 'metrics-token-of-this-test';

/** Prometheus makes these of a histogram. */
const SERIES = /_(?:bucket|sum|count)$/;

/** What the client for Node.js can only tell on Linux. */
const ON_LINUX = [
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
];

let app: TestApp;
let exposed: Map<string, string>;
beforeAll(async () => {
  app = await startApp({ METRICS_TOKEN: TOKEN });
  const text = await app.anyone.get('/metrics', { authorization: `Bearer ${TOKEN}` });
  const types = (text.body as string).matchAll(/^# TYPE (\w+) (\w+)$/gm);
  exposed = new Map([...types].map(([, name = '', type = '']) => [name, type]));
});
afterAll(() => app.close());

const readDocument = (name: string) => readFile(join(FOLDER, name), 'utf8');

function metricsIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:flashlearn|nodejs|process)_[a-z\d_]+\b/g))];
}

/** Whether a query with this name would find something. */
function isExposed(name: string): boolean {
  const whole = name.replace(SERIES, '');
  return exposed.get(whole) === 'histogram' ? name !== whole : exposed.has(name) || ON_LINUX.includes(name);
}

interface Panel {
  title: string;
  targets?: { expr: string; datasource: { uid: string } }[];
}

describe('what operators are told to watch', () => {
  it('is exposed, in every query of the dashboard', async () => {
    const { panels } = JSON.parse(await readDocument('grafana-dashboard.json')) as { panels: Panel[] };
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter(({ expr }) => metricsIn(expr).length === 0)).toEqual([]);
    expect(targets.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !isExposed(name))).toEqual([]);
    expect(new Set(targets.map(({ datasource }) => datasource.uid))).toEqual(new Set(['${datasource}']));
  });

  it('is exposed, in every alert', async () => {
    const alerts = /```yaml\ngroups:[\s\S]*?```/.exec(await readDocument('watching.md'))?.[0] ?? '';
    expect(metricsIn(alerts).length).toBeGreaterThan(5);
    expect(metricsIn(alerts).filter((name) => !isExposed(name))).toEqual([]);
  });

  it('is all that there is: each metric is explained, and none that does not exist', async () => {
    const explained = (await readDocument('watching.md')).match(/`(?:flashlearn|nodejs|process)_[a-z\d_]+`/g);
    const names = new Set(explained?.map((quoted) => quoted.slice(1, -1)));
    names.delete('nodejs_eventloop_lag'); // the family
    expect([...exposed.keys()].filter((name) => !names.has(name))).toEqual([]);
    expect([...names].filter((name) => !exposed.has(name) && !ON_LINUX.includes(name))).toEqual([]);
  });
});

it('every file that the documents for operators link to is there', async () => {
  const links: string[] = [];
  for (const name of (await readdir(FOLDER)).filter((file) => file.endsWith('.md'))) {
    for (const [, target = ''] of (await readDocument(name)).matchAll(/\]\(((?!https?:)[^)#]+)/g))
      links.push(join(FOLDER, dirname(name), target));
  }
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
