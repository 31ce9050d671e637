import compression from 'compression';
import type { RequestHandler } from 'express';
import { constants } from 'node:zlib';

/**
 * In bytes. What is smaller gains nothing: it goes out in the first packets of a connection anyway. It also keeps every
 * answer that holds a secret out, whose length could else betray it.
 */
const WORTH_IT = 8 * 1024;

/** Compresses for clients that can read it; fast rather than small: a fifth of the size, not a sixth. */
const compress = compression({
  threshold: WORTH_IT,
  level: 1,
  brotli: {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_LGWIN]: 18, // 256 kB for an answer instead of 4 MB
    },
  },
});

/** For answers that are sent piece by piece, of which nobody knows how long they become. */
export const compressStream: RequestHandler = compress;

/** For all others: compression comes in when an answer turns out to be large, since it would cost each small one 3 %. */
export const compressLarge: RequestHandler = (request, response, next) => {
  response.setHeader('Vary', 'Accept-Encoding');
  const end = response.end.bind(response) as (...rest: unknown[]) => typeof response;
  response.end = ((...rest: unknown[]) => {
    response.end = end;
    const [body] = rest;
    const isLarge = (typeof body === 'string' || Buffer.isBuffer(body)) && body.length >= WORTH_IT;
    if (!isLarge || response.headersSent) return end(...rest);
    compress(request, response, () => (response.end as typeof end)(...rest));
    return response;
  }) as typeof response.end;
  next();
};
