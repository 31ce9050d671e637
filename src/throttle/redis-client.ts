import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';

const CONNECT_MS = 1_000;
const COMMAND_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/**
 * A Redis that never keeps a request waiting: while it is away, or too slow, a command fails at once or within half a
 * second. It goes on trying to connect, and says once that it lost Redis and once that it is back.
 */
export function redisClient(url: string): Redis {
  const logger = new Logger('Throttle');
  let away = false;
  const redis = new Redis(url, {
    keyPrefix: 'flashlearn:',
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 200, LONGEST_RETRY_MS),
  });
  redis.on('error', (error: NodeJS.ErrnoException) => {
    if (!away) {
      // Only the code: a message may repeat the address with its password.
      logger.error(
        `Redis cannot be used (${error.code ?? error.name}); until it is back each process counts for itself.`,
      );
    }
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.log('Redis is back; limits hold for all processes together again.');
    away = false;
  });
  return redis;
}
