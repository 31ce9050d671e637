import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limit } from './limits.js';
import { standing, type Standing } from './standing.js';

/** Counts what one limit is about. */
export class Counter {
  constructor(
    private readonly limit: Limit,
    private readonly limiter: RateLimiterAbstract,
  ) {}

  /** Counts one more, in one atomic step. */
  async count(key: string): Promise<Standing> {
    try {
      return standing(this.limit, await this.limiter.consume(key), false);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return standing(this.limit, refusal, true);
    }
  }

  /** Whether one more would be too many; counts nothing. */
  async peek(key: string): Promise<Standing> {
    const counted = await this.limiter.get(key);
    return standing(this.limit, counted, (counted?.consumedPoints ?? 0) >= this.limit.most);
  }

  async takeBack(key: string): Promise<void> {
    await this.limiter.reward(key);
  }
}
