import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { againIfDeadlocked } from './again.js';

interface Transaction {
  runner: QueryRunner;
  /** False once it is committed or rolled back: what still runs in its wake is no part of it. */
  open: boolean;
  afterCommit: (() => void)[];
}

type QueryArguments = Parameters<QueryRunner['query']>;

const current = new AsyncLocalStorage<Transaction>();

function ongoing(): Transaction | undefined {
  const transaction = current.getStore();
  return transaction?.open ? transaction : undefined;
}

/**
 * Runs `work` in one transaction: whatever it asks of the database, through repositories or as SQL, is committed together
 * when it succeeds, and nothing of it when it throws. Transactions within become savepoints. A statement that fails
 * leaves the others as they are, as it does without a transaction. For this the data source must be `joinable`.
 */
export async function atomically<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const transaction: Transaction = { runner: shared(runner), open: true, afterCommit: [] };
  try {
    await runner.startTransaction();
    const result = await current.run(transaction, work);
    transaction.open = false;
    await runner.commitTransaction();
    for (const next of transaction.afterCommit) next();
    return result;
  } catch (error) {
    transaction.open = false;
    await runner.rollbackTransaction().catch(() => {}); // a lost connection has rolled back already
    throw error;
  } finally {
    await runner.release();
  }
}

/** Starts what must not happen before the caller's work is committed, and is no part of it; at once if nothing is open. */
export function afterCommit(work: () => void): void {
  const transaction = ongoing();
  const outside = () => current.exit(work);
  if (transaction === undefined) outside();
  else transaction.afterCommit.push(outside);
}

/** Does something that stays, whatever becomes of the caller's transaction, such as counting an attempt that fails. */
export function apart<T>(work: () => T): T {
  return current.exit(work);
}

/**
 * Lets whatever uses this data source take part in `atomically`, and does its statements again that lost a deadlock.
 * TypeORM asks for a runner whenever it needs one.
 */
export function joinable(dataSource: DataSource): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => ongoing()?.runner ?? persistent(create(mode));
}

/** A deadlock undoes a transaction as a whole: within one, a statement cannot be done again alone. */
function persistent(runner: QueryRunner): QueryRunner {
  const query = runner.query.bind(runner) as (...args: QueryArguments) => Promise<unknown>;
  const persistently = (...args: QueryArguments) =>
    runner.isTransactionActive ? query(...args) : againIfDeadlocked(() => query(...args));
  return Object.assign(runner, { query: persistently });
}

/** The runner as its guests see it: they do not release it, and their failed statements do not end the transaction. */
function shared(runner: QueryRunner): QueryRunner {
  let last: Promise<unknown> = Promise.resolve();
  const query = (...args: QueryArguments) => {
    // In a transaction of the guest's own, a failure is for that one to roll back.
    const run = () =>
      depthOf(runner) > 1 ? runner.query(...args) : againIfDeadlocked(() => onItsOwn(runner, args));
    // One connection: two statements at a time would mix up their savepoints.
    return (last = last.then(run, run));
  };
  const overrides: Partial<QueryRunner> = {
    query: query as QueryRunner['query'],
    release: async () => {},
  };
  return new Proxy(runner, {
    get(target, name) {
      if (name in overrides) return overrides[name as keyof QueryRunner];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function onItsOwn(runner: QueryRunner, args: QueryArguments): Promise<unknown> {
  await runner.query('savepoint statement');
  try {
    const result: unknown = await runner.query(...args);
    await runner.query('release savepoint statement');
    return result;
  } catch (error) {
    await runner.query('rollback to savepoint statement').catch(() => {}); // the first error is the one that counts
    throw error;
  }
}

function depthOf(runner: QueryRunner): number {
  return (runner as unknown as { transactionDepth: number }).transactionDepth;
}
