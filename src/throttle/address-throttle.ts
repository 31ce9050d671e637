import { HttpException, Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Counters } from './counters.js';
import type { Counter } from './counter.js';
import { ADDRESS_RULES, WELCOME, type AddressRuleName } from './limits.js';
import { tooManyRequests, type Standing } from './standing.js';

const FAILED = [401, 403];

/** What one address may do at a route. */
@Injectable()
export class AddressThrottle {
  private readonly counters: Record<AddressRuleName, Counter[]>;
  private readonly welcome: RateLimiterAbstract;

  constructor(counters: Counters) {
    const rules = Object.entries(ADDRESS_RULES).map(([name, { limits }]) => [
      name,
      limits.map((limit) => counters.shared(limit)),
    ]);
    this.counters = Object.fromEntries(rules) as Record<AddressRuleName, Counter[]>;
    this.welcome = counters.sharedLimiter(WELCOME);
  }

  /** Before the work. @throws Problem 429 */
  async enter(rule: AddressRuleName, address: string): Promise<Standing[]> {
    const { counts } = ADDRESS_RULES[rule];
    const standings = await this.each(rule, (counter) =>
      counter[counts === 'failures' ? 'peek' : 'count'](address),
    );
    const refused = standings.some(({ exceeded }) => exceeded);
    if (!refused || (rule === 'login' && (await this.isWelcome(address)))) return standings;
    // What is not even looked at cannot be valid, and those before it may yet turn out not to be.
    if (counts === 'valid') await this.each(rule, (counter) => counter.takeBack(address));
    throw tooManyRequests(standings);
  }

  /** After the work, if it succeeded. */
  async succeeded(rule: AddressRuleName, address: string): Promise<void> {
    // Classic clients log in right after a signup, and it must not be in vain.
    if (rule === 'signup') await this.welcome.set(address, 1, WELCOME.seconds);
  }

  /**
   * After the work, if it was refused or failed.
   * @returns where the address stands now, if that changed. @throws Problem 429, in place of the refusal, for one too many
   */
  async failed(rule: AddressRuleName, address: string, error: unknown): Promise<Standing[]> {
    const { counts } = ADDRESS_RULES[rule];
    const status = error instanceof HttpException ? error.getStatus() : 500;
    if (counts === 'valid' && status === 400) await this.each(rule, (counter) => counter.takeBack(address));
    if (counts !== 'failures' || !FAILED.includes(status)) return [];
    // Many can be on their way at once, all let in before the first of them failed.
    const standings = await this.each(rule, (counter) => counter.count(address));
    if (standings.some(({ exceeded }) => exceeded)) throw tooManyRequests(standings);
    return standings;
  }

  /** Good for one login. */
  private async isWelcome(address: string): Promise<boolean> {
    return (await this.welcome.get(address)) !== null && (await this.welcome.delete(address));
  }

  private each<T>(rule: AddressRuleName, work: (counter: Counter) => Promise<T>): Promise<T[]> {
    return Promise.all(this.counters[rule].map(work));
  }
}
