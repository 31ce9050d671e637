import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { random } from './random.js';
import type { Learner } from './stage.js';

/** In ms: what nobody answers within this time counts as never answered. */
const PATIENCE_MS = 20_000;

/** In ms: what is not acknowledged this long after the end of the load is given up. */
const LAST_CHANCE_MS = 30_000;

/** One request and what became of it; times in ms of `performance.now()`. */
export interface Attempt {
  began: number;
  ended: number;
  /** 0 when the connection broke, -1 when there was no answer at all. */
  status: number;
  code: string | undefined;
  retryAfter: string | null;
}

/** Something to be stored once, however often it is sent. */
interface Task {
  kind: 'review' | 'card';
  key: string;
  learner: Learner;
}

export interface LoadOptions {
  seed: number;
  connections?: number;
  /** Between an answer and the next request, in ms: half of it at least, and half of it by chance. */
  pauseMs?: number;
  /** Where each request goes, if not to the address of its learner. */
  url?: string;
}

/**
 * Learners who review and add cards, each request under a key of its own, and sent again under that key until it is
 * acknowledged. Several connections share a learner, as the devices of one person do.
 */
export class Load {
  readonly attempts: Attempt[] = [];
  readonly acknowledged = { review: new Set<string>(), card: new Set<string>() };
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
    return this.acknowledged.review.size + this.acknowledged.card.size;
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
    const n = this.tasks++;
    const key = uuid(`${this.options.seed}/${n}`);
    return {
      kind: n % 4 === 3 ? 'card' : 'review',
      key,
      learner: this.learners[connection % this.learners.length]!,
    };
  }

  private async untilAcknowledged(task: Task): Promise<void> {
    while (performance.now() < this.giveUpAt) {
      if (await this.attempt(task)) {
        this.acknowledged[task.kind].add(task.key);
        return;
      }
      await this.pause();
    }
    this.givenUp.push(task.key);
  }

  private async attempt({ kind, key, learner }: Task): Promise<boolean> {
    const { client, deck, cards } = learner;
    const card = cards[parseInt(key.slice(0, 2), 16) % cards.length];
    const [path, body] =
      kind === 'review'
        ? ['/progress', { flashcard_id: card, was_correct: true, client_id: key, duration_ms: 1_000 }]
        : ['/flashcards', { deck_id: deck, front_text: key, back_text: 'Added under load' }];
    const began = performance.now();
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    const outcome = await send((this.options.url ?? client.url) + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${client.token}`,
        'idempotency-key': key,
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
