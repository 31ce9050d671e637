import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from '../scheduling/simulate.js';
import { optimize } from './optimize.js';
import type { Job, Message } from './in-worker.js';

// The body of a worker thread: one job, its progress, its result.
const post = (message: Message) => parentPort?.postMessage(message);
const job = workerData as Job;
switch (job.task) {
  case 'optimize':
    post({ result: await optimize(job.set, job.current, (progress) => post({ progress })) });
    break;
  case 'simulate':
    post({ result: simulate(job.collection, job.habits, job.plan) });
    break;
}
