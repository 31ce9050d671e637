import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../support/client.js';
import { setStage, untilReady, type Stage } from './stage.js';

const SESSION_MS = 48 * 3_600_000;

/** The zone of the process, and that of the database where it is another one. */
const ZONES: [process: string, database: string][] = [
  ['UTC', 'UTC'],
  ['America/New_York', 'UTC'],
  ['Asia/Kolkata', 'UTC'],
  ['Pacific/Apia', 'UTC'],
  ['Europe/Berlin', 'America/New_York'],
];

/** Midnights of many zones, a leap day, and the hours that New York skipped and had twice. */
const ANSWERED_AT = [
  ...['2024-02-28T23:59:59.999Z', '2024-02-29T00:00:00.000Z', '2024-02-29T18:29:59.000Z'],
  ...['2024-03-10T06:59:59.000Z', '2024-03-10T07:00:00.000Z', '2024-11-03T05:30:00.000Z'],
  ...['2024-11-03T06:30:00.000Z', '2025-12-31T10:00:00.000Z', '2026-01-01T08:00:00.000Z'],
];

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** A learner's day, and then everything that can be asked for without naming anything. */
async function walk(url: string): Promise<[request: string, status: number, body: string][]> {
  const ada = await new Client(url).signUp('ada');
  await ada.patch('/user', { time_zone: 'America/New_York' });
  const deck = await ada.addDeck();
  const cards = [await ada.addCard(deck), await ada.addCard(deck, 'Maji'), await ada.addCard(deck, 'Moto')];
  const reviews = ANSWERED_AT.map((reviewed_at, n) => {
    return { flashcard_id: cards[n % 3], rating: 1 + (n % 4), reviewed_at, duration_ms: 4_000 };
  });
  const answers: [string, number, string][] = [];
  const add = (request: string, { status, body }: { status: number; body: unknown }) =>
    answers.push([request, status, withoutThisRun(JSON.stringify(body))]);
  for (const review of reviews) add(`review at ${review.reviewed_at}`, await ada.post('/progress', review));
  const recorded = ['/decks/1', '/flashcards/1', '/progress/flashcard/1', '/queue/preview'];
  for (const path of [...(await readablePaths()), ...recorded]) add(path, await ada.get(path));
  return answers;
}

async function readablePaths(): Promise<string[]> {
  const file = await readFile(join(import.meta.dirname, '../../openapi.json'), 'utf8');
  const { paths } = JSON.parse(file) as { paths: Record<string, object> };
  return Object.keys(paths).filter((path) => 'get' in paths[path]! && !/\{|^\/metrics$/.test(path));
}

/** What differs between two runs on the same machine: the moment, and what was drawn by lot. */
function withoutThisRun(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => (isOfThisRun(Date.parse(at)) ? 'now' : at))
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'uuid')
    .replaceAll(/\b\d{1,9}\.\d{4,17}/g, (number) => Number(number).toFixed(3));
}

/** About now, or when a session that begins now ends. */
function isOfThisRun(at: number): boolean {
  return [0, SESSION_MS].some((later) => Math.abs(at - later - Date.now()) < 600_000);
}

it('F16 the answers are the same whatever zone the process and the database are in', async () => {
  const walks = await Promise.all(
    ZONES.map(async ([TZ, zone], n) => {
      await stage.sql(`create database zone${n}`);
      await stage.sql(`alter database zone${n} set timezone = '${zone}'`);
      const DATABASE_URL = stage.postgres.urlOf(`zone${n}`);
      const env = { TZ, DATABASE_URL, MIGRATION_DATABASE_URL: DATABASE_URL };
      return walk(await untilReady(stage.startService(env)));
    }),
  );
  const [first, ...others] = walks;
  const statuses = first!.map(([, status]) => status);
  process.stdout.write(`${'F16 five pairs of zones'.padEnd(40)} compared ${first!.length} answers each\n`);
  expect(first!.slice(0, ANSWERED_AT.length).map(([, status]) => status)).toEqual(ANSWERED_AT.map(() => 200));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(30);
  for (const other of others) expect(other).toEqual(first);
});
