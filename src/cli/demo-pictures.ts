import 'reflect-metadata';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config/env.js';
import { openDatabase } from '../database/open.js';
import { fillDemoAccount, readDemoDecks } from './demo-account.js';

// `npm run demo:pictures` draws the pictures of the README from the demo account, in a database of its own. Time and
// chance are fixed, so that they change only when what they show does.
const NOW = new Date('2026-11-22T20:30:00.000Z');
const YEAR = 371; // 53 weeks, as long as the heat map
const SEED = 1;

const images = join(import.meta.dirname, '../../docs/images');
const dataDir = await mkdtemp(join(tmpdir(), 'flashlearn-pictures-'));
const config = readConfig({ DATA_DIR: dataDir });
const opened = await openDatabase(config);
try {
  const { database, migrationDatabase } = opened;
  const running = { ...config, database, migrationDatabase, migrateOnStart: true };
  const options = { decks: await readDemoDecks(), days: YEAR, now: NOW, seed: SEED, fresh: false };
  const made = await fillDemoAccount(running, options);
  await mkdir(images, { recursive: true });
  for (const [name, picture] of Object.entries(made?.pictures ?? {})) {
    await writeFile(join(images, `${name}.svg`), `${picture}\n`);
    console.log(`docs/images/${name}.svg`);
  }
} finally {
  await opened.close();
  await rm(dataDir, { recursive: true });
}
