import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Collection, Habits, Plan, SimulatedDay } from '../scheduling/simulate.js';
import type { Optimized } from './optimize.js';
import type { TrainingSet } from './training-set.js';

/** What takes too long for the thread that answers requests. */
export type Job =
  | { task: 'optimize'; set: TrainingSet; current: readonly number[] }
  | { task: 'simulate'; collection: Collection; habits: Habits; plan: Plan };

type ResultOf<J extends Job> = J['task'] extends 'optimize' ? Optimized : SimulatedDay[];

/** What a worker says: how far it is, 0 to 1, and at last what came out. */
export type Message = { progress: number } | { result: Optimized | SimulatedDay[] };

/** Built, also where the sources are run as they are: a thread of its own starts without anybody's compiler. */
const WORKER = join(import.meta.dirname, '../../../dist/progress/training/worker.js');

/** In MB; enough for a million answers, and less than a small container has. */
const MEMORY = { maxOldGenerationSizeMb: 384 };

/**
 * Runs a job in a thread of its own.
 * @param options.signal ends the thread when it is aborted
 * @throws what the job threw, or why the thread ended
 */
export function inWorker<J extends Job>(
  job: J,
  { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<ResultOf<J>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: job, resourceLimits: MEMORY });
    const stop = () => void worker.terminate();
    signal?.addEventListener('abort', stop);
    worker.on('message', (message: Message) => {
      if ('progress' in message) onProgress?.(message.progress);
      else resolve(message.result as ResultOf<J>);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`The worker ended with code ${code} before it was done`));
    });
  });
}
