import compression from 'compression';
import type { RequestHandler, Response } from 'express';
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

/** Sends a text whole, compressed if it is large: as a middleware before all answers that would cost each small one 3 %. */
export function sendText(response: Response, text: string): void {
  if (Buffer.byteLength(text) < WORTH_IT) response.send(text);
  else compress(response.req, response, () => response.send(text));
}
