import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit, { type LimitFunction } from 'p-limit';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/env.js';
import { againIfLost } from '../../database/again.js';
import { atomically } from '../../database/atomically.js';
import { seal, unseal } from '../../database/sealing.js';
import { busy, Problem } from '../problem.js';
import { IdempotencyQueries } from './idempotency.queries.js';

/** In ms, as for a connection: with the time that a lock may hold up the request itself, clients wait for four seconds. */
const LONGEST_WAIT_MS = 2_000;

/** A request under a key of its sender's choice. */
export interface KeyedRequest {
  userId: number;
  key: string;
  /** SHA-256 of method, address and body. */
  hash: Buffer;
}

/** `body` as it is sent, undefined for none. */
export interface KeyedAnswer {
  status: number;
  body: unknown;
  /** Whether it was kept from an earlier request. */
  replayed: boolean;
}

/**
 * Requests that act once however often they arrive. The answer is stored in the transaction of what it answers, so there
 * is no moment at which the one is there without the other. What fails is not stored, and can be tried again.
 */
@Injectable()
export class Idempotency {
  /** Requests under way in this process, by user and key: who asks for the same again gets the same answer. */
  private readonly underWay = new Map<string, { hash: Buffer; answer: Promise<KeyedAnswer> }>();
  /** A user's keyed requests take turns: each holds a connection from its beginning to its end. */
  private readonly turns = new Map<number, LimitFunction>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: IdempotencyQueries,
  ) {}

  /**
   * @param act does what is asked, and tells the status and the body of its answer
   * @throws Problem 422 for another request under the same key, 409 while another process works on it, or what `act` threw
   */
  async once(request: KeyedRequest, act: () => Promise<Omit<KeyedAnswer, 'replayed'>>): Promise<KeyedAnswer> {
    const name = `${request.userId}/${request.key}`;
    const same = this.underWay.get(name);
    if (same !== undefined) {
      if (!same.hash.equals(request.hash)) throw otherRequest();
      return { ...(await same.answer), replayed: true };
    }
    const transaction = () => atomically(this.database, () => this.actOrReplay(request, act));
    // Safe to do again: if a commit got through although the connection broke, its answer is found.
    const answer = this.inTurn(request.userId, () => againIfLost(transaction));
    this.underWay.set(name, { hash: request.hash, answer });
    try {
      return await answer;
    } finally {
      this.underWay.delete(name);
    }
  }

  private async actOrReplay(
    { userId, key, hash }: KeyedRequest,
    act: () => Promise<Omit<KeyedAnswer, 'replayed'>>,
  ): Promise<KeyedAnswer> {
    const isFree = await this.queries.claim(userId, key);
    const purpose = `answer ${userId} ${key}`;
    // Also when it is claimed: another process may be replaying what was done long ago.
    const stored = await this.queries.find(userId, key);
    if (stored !== undefined) {
      if (!stored.request_hash.equals(hash)) throw otherRequest();
      const text = unseal(stored.sealed_answer, purpose, this.config.encryptionKeys);
      if (text === undefined) throw otherRequest(); // sealed with a key that is gone: better not act twice
      return { status: stored.status, body: (JSON.parse(text) as { body?: unknown }).body, replayed: true };
    }
    if (!isFree) throw stillRunning();
    const { status, body } = await act();
    // Sealed, since an answer may hold a token that is shown only once.
    const sealed = seal(JSON.stringify({ body }), purpose, this.config.encryptionKeys);
    await this.queries.store(userId, key, { request_hash: hash, status, sealed_answer: sealed });
    return { status, body, replayed: false };
  }

  /** @throws Problem 503 when those before take too long: a queue of slow ones must not make each slower still */
  private async inTurn<T>(userId: number, work: () => Promise<T>): Promise<T> {
    const turns = this.turns.get(userId) ?? pLimit(1);
    this.turns.set(userId, turns);
    const giveUpAt = performance.now() + LONGEST_WAIT_MS;
    try {
      return await turns(() => {
        if (performance.now() > giveUpAt) throw busy();
        return work();
      });
    } finally {
      if (turns.activeCount + turns.pendingCount === 0) this.turns.delete(userId);
    }
  }
}

export const BAD_KEY = 'Idempotency-Key must be 1 to 255 printable ASCII characters';
export const KEY_REUSED = 'This Idempotency-Key was used for another request.';
export const KEY_IN_USE = 'The request with this Idempotency-Key is still running.';

function otherRequest(): Problem {
  return new Problem(422, KEY_REUSED, { code: 'idempotency_key_reused' });
}

function stillRunning(): Problem {
  return new Problem(409, KEY_IN_USE, { code: 'idempotency_key_in_use', headers: { 'Retry-After': '1' } });
}
