import { HttpException, Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import type { Counter } from './counter.js';
import { Counters } from './counters.js';
import { GUESSES, MAILS_PER_ACCOUNT, type Limit } from './limits.js';
import { standing, tooManyRequests } from './standing.js';

/** What is guessed at. Each is counted for itself, so that a known password does not buy guesses at a code. */
export type Secret = 'login' | 'login_code' | 'reset_code' | 'second_factor' | 'current_password';

const { free, most, rememberedSeconds, firstWaitSeconds, longestWaitSeconds, closedSeconds } = GUESSES;

/** What clients are told; how long it takes is in `t` and in Retry-After. */
const ACCOUNT: Limit = { name: 'account', most: free, seconds: rememberedSeconds };

/**
 * Limits guesses at one account's secrets, whatever addresses they come from, also for accounts that do not exist. It
 * concerns whoever wants in; sessions that are open go on.
 */
@Injectable()
export class AccountThrottle {
  /** Attempts in this row. Those that came while others waited count too, so beyond the free ones it says nothing. */
  private readonly attempts: RateLimiterAbstract;
  /** There for as long as nobody may try. */
  private readonly wait: RateLimiterAbstract;
  /** How often a wait was begun in this row. */
  private readonly waits: RateLimiterAbstract;
  private readonly mails: Counter[];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    counters: Counters,
  ) {
    const limiter = (name: string, most: number, seconds: number) =>
      counters.sharedLimiter({ name, most, seconds });
    this.attempts = limiter('attempts', free, rememberedSeconds);
    this.wait = limiter('wait', 1, firstWaitSeconds);
    this.waits = limiter('waits', most, rememberedSeconds);
    this.mails = MAILS_PER_ACCOUNT.map((limit) => counters.shared(limit));
  }

  /**
   * Lets `work` check what somebody offers as the account's secret. Before it begins the attempt counts as a failure,
   * so that many at once are no way around; a success forgets all failures.
   * @param account the folded e-mail, or what was sent instead; or the user's id
   * @param work a refusal of it (4xx) stays a failure; when it breaks (5xx), nothing was guessed
   * @throws Problem 429, the same for known and unknown accounts, and what `work` throws
   */
  async attempt<T>(secret: Secret, account: string | number, work: () => Promise<T>): Promise<T> {
    if (!this.config.throttle) return work();
    const key = keyOf(secret, account);
    const { consumedPoints } = await this.attempts.penalty(key);
    const hasWaited = consumedPoints >= free;
    if (hasWaited) await this.beginWait(key);
    let result;
    try {
      result = await work();
    } catch (error) {
      if (!isRefusal(error)) await this.attempts.reward(key).catch(() => {}); // the first error is the one to know
      throw error;
    }
    await (hasWaited ? this.forget(secret, account) : this.attempts.delete(key));
    return result;
  }

  /** Starts anew: after a signup, and when the account's owner proved to be it in another way. */
  async forget(secret: Secret, account: string | number): Promise<void> {
    if (!this.config.throttle) return;
    const key = keyOf(secret, account);
    await Promise.all([this.attempts, this.wait, this.waits].map((limiter) => limiter.delete(key)));
  }

  /**
   * Counts a mail with a code that somebody asks for, whether or not there is such an account.
   * @throws Problem 429
   */
  async countMail(email: string): Promise<void> {
    if (!this.config.throttle) return;
    const standings = await Promise.all(this.mails.map((mails) => mails.count(keyOf('mail', email))));
    if (standings.some(({ exceeded }) => exceeded)) throw tooManyRequests(standings);
  }

  /** Only one gets through, and makes the others wait. @throws Problem 429 while somebody else's wait goes on */
  private async beginWait(key: string): Promise<void> {
    try {
      await this.wait.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooManyRequests([standing(ACCOUNT, refusal, true)]);
    }
    const { consumedPoints } = await this.waits.penalty(key);
    const isLast = free - 1 + consumedPoints >= most;
    const seconds = isLast
      ? closedSeconds
      : Math.min(firstWaitSeconds * 2 ** (consumedPoints - 1), longestWaitSeconds);
    await this.wait.set(key, 1, seconds);
    // The row must not be forgotten before the wait is over.
    if (isLast) await this.attempts.set(key, free, closedSeconds);
  }
}

/** A hash, so that the store does not tell whose accounts there may be. */
function keyOf(what: Secret | 'mail', account: string | number): string {
  return `${what}:${createHash('sha256').update(String(account)).digest('hex')}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof HttpException && error.getStatus() < 500;
}
