import { describe, expect, it } from '@jest/globals';
import { againIfLost } from './again.js';

/** What comes of work that fails with these errors, one after the other, before it succeeds. */
async function outcome(...errors: object[]): Promise<{ attempts: number; result: unknown }> {
  let attempts = 0;
  const work = async () => {
    const error = errors[attempts++];
    if (error) throw Object.assign(new Error(), error);
    return 'done';
  };
  const result = await againIfLost(work).catch((error: unknown) => (error as Error).message);
  return { attempts, result };
}

describe('work that lost its connection', () => {
  const terminated = { code: '57P01', message: 'terminating connection due to administrator command' };

  it.each([
    terminated,
    { code: '57P02', message: 'terminating connection because of crash of another server process' },
    { code: 'ECONNRESET', message: 'read ECONNRESET' },
    { message: 'Connection terminated unexpectedly' },
    { message: 'Client has encountered a connection error and is not queryable' },
  ])('is done again: $message', async (error) => {
    expect(await outcome(error)).toEqual({ attempts: 2, result: 'done' });
  });

  it('is not done for ever', async () => {
    expect(await outcome(terminated, terminated)).toEqual({ attempts: 3, result: 'done' });
    expect(await outcome(terminated, terminated, terminated)).toEqual({
      attempts: 3,
      result: terminated.message,
    });
  });

  it.each([
    { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    { code: '57P03', message: 'the database system is starting up' },
    { message: 'timeout exceeded when trying to connect' },
    { message: 'Query read timeout' },
    { code: '23505', message: 'duplicate key value' },
  ])('is not done again when the database is gone, or refused it: $message', async (error) => {
    expect(await outcome(error)).toEqual({ attempts: 1, result: error.message });
  });
});
