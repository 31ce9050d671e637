import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AppModule } from '../app.module.js';
import { AuthService } from '../auth/auth.service.js';
import type { Learner } from '../auth/learner.js';
import { User } from '../auth/user.entity.js';
import type { RunningConfig } from '../config/env.js';
import { ConfigError } from '../config/variables.js';
import { explainConnectionError } from '../database/connection-errors.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { MigrationError } from '../database/migrate.js';
import { DecksService } from '../decks/decks.service.js';
import { FlashcardsService } from '../decks/flashcards.service.js';
import { ProgressService } from '../progress/progress.service.js';
import { StatisticsService } from '../progress/statistics.service.js';
import type { UserStatsView } from '../progress/statistics.view.js';
import { PicturesService } from '../progress/statistics/pictures.service.js';
import { studyHistory, type Answer } from './demo-history.js';

/** Known to everyone, so such an account is for trying things out. */
export const DEMO = { username: 'demo', email: 'demo@example.org', password: 'learn every day' };

/** Both must match, or it is somebody else's. */
const ACCOUNT = { usernameKey: DEMO.username, email: DEMO.email };

/** About what the learner of the history does in a week at its end. */
const WEEKLY_GOAL = 150;

const FORECAST_DAYS = 30;

/** A file of demo/. */
export interface DemoDeck {
  title: string;
  description: string;
  subject: string;
  category: string;
  /** 1 (very easy) to 5 (very hard). */
  difficulty: number;
  cards: [front: string, back: string][];
}

export interface DemoOptions {
  decks: DemoDeck[];
  /** Study days of history, today included. */
  days: number;
  now: Date;
  seed: number;
  /** Deletes the account first, with all that it has. */
  fresh: boolean;
}

/** What was made. */
export interface DemoAccount {
  decks: number;
  cards: number;
  reviews: number;
  stats: UserStatsView;
  /** SVG documents, by name. */
  pictures: Record<'heatmap' | 'forecast' | 'retention', string>;
}

export async function readDemoDecks(): Promise<DemoDeck[]> {
  const folder = join(import.meta.dirname, '../../demo');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as DemoDeck),
  );
}

/**
 * Makes the demo account with its decks and its history, through the services that answer requests. Migrates first,
 * if `migrateOnStart` says so.
 * @returns undefined when the account is there already, and stays as it is
 * @throws Problem 409 when somebody else has the name or the e-mail address; ConfigError, MigrationError
 */
export async function fillDemoAccount(
  config: RunningConfig,
  options: DemoOptions,
): Promise<DemoAccount | undefined> {
  const app = await NestFactory.createApplicationContext(AppModule.with(config), {
    abortOnError: false,
    logger: ['fatal', 'error', 'warn'],
  });
  try {
    await open(app.get(DatabaseConnection), config);
    const users = app.get(DataSource).getRepository(User);
    if (options.fresh) await users.delete(ACCOUNT);
    else if (await users.existsBy(ACCOUNT)) return undefined;
    return await fill(app, options, config.poolSize);
  } finally {
    await app.close();
  }
}

/** A command gives up where the service would wait for its database. */
async function open(connection: DatabaseConnection, { database }: RunningConfig): Promise<void> {
  try {
    await connection.open();
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new ConfigError(explainConnectionError(error, database).line);
  }
}

async function fill(app: INestApplicationContext, options: DemoOptions, lanes: number): Promise<DemoAccount> {
  // Reviews are recorded for a learner, not for one of their sessions: nobody has logged in here.
  const user = await app.get(AuthService).signup(DEMO);
  const learner: Learner = { ...user, sessionId: null, scopes: null, emailVerified: false };
  const cardIds = await addDecks(app, learner.id, options.decks);
  const { days, now, seed } = options;
  const { timeZone, dayStartsAt } = learner;
  const history = studyHistory({ cardIds, days, now, seed, timeZone, dayStartsAt });
  await record(app.get(ProgressService), learner, history, lanes);
  const stats = await app.get(StatisticsService).changeGoal(learner, WEEKLY_GOAL, now);
  const pictures = await draw(app.get(PicturesService), learner, now);
  return { decks: options.decks.length, cards: cardIds.length, reviews: history.length, stats, pictures };
}

async function draw(
  pictures: PicturesService,
  learner: Learner,
  now: Date,
): Promise<DemoAccount['pictures']> {
  return {
    heatmap: await pictures.heatmap(learner, now),
    forecast: await pictures.forecast(learner, FORECAST_DAYS, now),
    retention: await pictures.retention(learner, now),
  };
}

async function addDecks(app: INestApplicationContext, userId: number, decks: DemoDeck[]): Promise<number[]> {
  const cardIds: number[] = [];
  for (const { cards, ...deck } of decks) {
    const { id: deck_id } = await app.get(DecksService).create(userId, deck);
    for (const [front_text, back_text] of cards) {
      const card = await app.get(FlashcardsService).create(userId, { deck_id, front_text, back_text });
      cardIds.push(card.id);
    }
  }
  return cardIds;
}

/** In several lanes, since round trips are what it takes; the answers to one card stay in one lane, in their order. */
async function record(progress: ProgressService, learner: Learner, history: Answer[], lanes: number) {
  const laneOf = ({ review }: Answer) => review.flashcard_id % lanes;
  const recordLane = async (lane: number) => {
    for (const answer of history) {
      if (laneOf(answer) === lane) await progress.record(learner, answer.review, answer.at);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => recordLane(lane)));
}
