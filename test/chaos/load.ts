import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { random } from './random.js';
import type { Learner } from './stage.js';

/** In ms: what nobody answers within this time counts as never answered. */
const PATIENCE_MS = 20_000;

/** In ms: what is not acknowledged this long after the end of the load is given up. */
const LAST_CHANCE_MS = 30_000;

/** How cards and decks that are added can be told from others. */
export const ADDED = 'Added under load';

const BATCH = 5;
const ANSWERED_OFFLINE_AT = '2026-01-01T10:00:00.000Z';

/** One request and what became of it; times in ms of `performance.now()`. */
export interface Attempt {
  began: number;
  ended: number;
  /** 0 when the connection broke, -1 when there was no answer at all. */
  status: number;
  code: string | undefined;
  retryAfter: string | null;
}

export type Kind = 'review' | 'batch' | 'card' | 'deck' | 'read';

/** Something to be stored once, however often it is sent. */
interface Task {
  key: string;
  learner: Learner;
  path: string;
  /** Absent for what only reads. */
  body?: object;
  /** By what is stored it can be found again. */
  stores: string[];
}

export interface LoadOptions {
  seed: number;
  /** What is sent, in turn. */
  kinds?: readonly Kind[];
  connections?: number;
  /** Between an answer and the next request, in ms: half of it at least, and half of it by chance. */
  pauseMs?: number;
  /** Where each request goes, if not to the address of its learner. */
  url?: string;
}

const THREE_REVIEWS_AND_A_CARD: readonly Kind[] = ['review', 'review', 'review', 'card'];

/**
 * Learners who study, each request under a key of its own, and sent again under that key until it is acknowledged.
 * Several connections share a learner, as the devices of one person do.
 */
export class Load {
  readonly attempts: Attempt[] = [];
  /** What must be stored now. */
  readonly acknowledged = new Set<string>();
  readonly givenUp: string[] = [];
  private readonly chance: () => number;
  private work: Promise<unknown> = Promise.resolve();
  private isOver = false;
  private giveUpAt = Infinity;
  private tasks = 0;

  constructor(
    private readonly learners: Learner[],
    private readonly options: LoadOptions,
  ) {
    this.chance = random(options.seed);
  }

  get acknowledgements(): number {
    return this.acknowledged.size;
  }

  start(): void {
    const { connections = 20 } = this.options;
    const study = async (n: number) => {
      while (!this.isOver) {
        await this.untilAcknowledged(this.nextTask(n));
        await this.pause();
      }
    };
    this.work = Promise.all(Array.from({ length: connections }, (_, n) => study(n)));
  }

  async untilMore(acknowledgements: number, withinMs = 30_000): Promise<void> {
    const goal = this.acknowledgements + acknowledgements;
    await eventually(async () => this.acknowledgements >= goal, `${acknowledgements} more`, withinMs);
  }

  /** Nothing new any more; returns when all that was begun is acknowledged, or given up. */
  async finish(): Promise<void> {
    this.isOver = true;
    this.giveUpAt = performance.now() + LAST_CHANCE_MS;
    await this.work;
  }

  private nextTask(connection: number): Task {
    const { seed, kinds = THREE_REVIEWS_AND_A_CARD } = this.options;
    const n = this.tasks++;
    return taskOf(
      kinds[n % kinds.length]!,
      uuid(`${seed}/${n}`),
      this.learners[connection % this.learners.length]!,
    );
  }

  private async untilAcknowledged(task: Task): Promise<void> {
    while (performance.now() < this.giveUpAt) {
      if (await this.attempt(task)) {
        task.stores.forEach((stored) => this.acknowledged.add(stored));
        return;
      }
      await this.pause();
    }
    this.givenUp.push(task.key);
  }

  private async attempt({ key, learner: { client }, path, body }: Task): Promise<boolean> {
    const began = performance.now();
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    const outcome = await send((this.options.url ?? client.url) + path, {
      method: body ? 'POST' : 'GET',
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${client.token}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': key }),
      },
      signal: timeout,
    }).catch(() => ({ status: timeout.aborted ? -1 : 0, code: undefined, retryAfter: null }));
    this.attempts.push({ began, ended: performance.now(), ...outcome });
    return outcome.status >= 200 && outcome.status < 300;
  }

  private async pause(): Promise<void> {
    const { pauseMs = 800 } = this.options;
    await delay(pauseMs * (0.5 + this.chance() / 2));
  }
}

/** The same for the same kind, key and learner. */
function taskOf(kind: Kind, key: string, learner: Learner): Task {
  const { deck, cards } = learner;
  const review = (client_id: string) => {
    const flashcard_id = cards[parseInt(client_id.slice(0, 2), 16) % cards.length];
    return { flashcard_id, rating: 3, client_id, duration_ms: 1_000 };
  };
  if (kind === 'review') return { key, learner, path: '/progress', body: review(key), stores: [key] };
  if (kind === 'batch') {
    const stores = Array.from({ length: BATCH }, (_, n) => uuid(`${key}/${n}`));
    const reviews = stores.map((id) => ({ ...review(id), reviewed_at: ANSWERED_OFFLINE_AT }));
    return { key, learner, path: '/reviews/batch', body: { reviews }, stores };
  }
  if (kind === 'card') {
    const body = { deck_id: deck, front_text: key, back_text: ADDED };
    return { key, learner, path: '/flashcards', body, stores: [key] };
  }
  if (kind === 'deck') {
    const body = { title: key, description: ADDED, subject: 'Any', category: 'Any', difficulty: 2 };
    return { key, learner, path: '/decks', body, stores: [key] };
  }
  return { key, learner, path: '/study/queue', stores: [] };
}

async function send(url: string, request: RequestInit) {
  const response = await fetch(url, request);
  const { code } = (await response.json()) as { code?: string };
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') };
}

/** The same for the same text. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
