import cluster from 'node:cluster';
import { announce } from './banner.js';
import { developmentKey } from './config/development-secret.js';
import type { Config } from './config/env.js';
import { openDatabase } from './database/open.js';
import { createLogger } from './http/logger.js';
import { HARD_STOP_MS, HOPELESS } from './serve.js';

/** A worker that lives shorter than this after its start died of the start. */
const FAILED_START_MS = 5_000;
const MAX_FAILED_STARTS = 5;

/**
 * The primary of several serving processes: divides the pool among the workers, starts a new one for each that crashes,
 * and stops them all together. It serves nothing itself.
 */
export async function superviseWorkers(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, pretty: !config.production });
  const opened = await openDatabase(config);
  if (config.signingKeys.length === 0) developmentKey(config.dataDir); // before two workers could each make one
  const environment = {
    DATABASE_POOL_SIZE: String(Math.max(1, Math.floor(config.poolSize / config.workers))),
    ...(config.database === undefined && { DATABASE_URL: opened.database.url }),
  };
  let stopping = false;
  let failedStarts = 0;

  const startWorker = () => {
    const startedAt = Date.now();
    const worker = cluster.fork(environment);
    worker.once('exit', (code, signal) => {
      if (stopping) return;
      failedStarts = Date.now() - startedAt < FAILED_START_MS ? failedStarts + 1 : 0;
      logger.error(`Worker ${worker.process.pid} ended (${signal || code}).`);
      if (code !== HOPELESS && failedStarts < MAX_FAILED_STARTS) startWorker();
      else void stop(1);
    });
  };
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
    await opened.close();
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(0));
  cluster.once('listening', (_worker, { address, port }) => {
    announce(`http://${address}:${port}`, config, `${opened.description}, ${config.workers} processes`);
  });
  for (let n = 0; n < config.workers; n++) startWorker();
}
