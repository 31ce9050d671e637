import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
  const deck = await ada.addDeck();
  await app.sql(
    `insert into flashlearn.flashcards (user_id, deck_id, front_text, back_text)
     select $1, $2, 'maji ' || n, 'water ' || n from generate_series(1, 200) n`,
    [ada.id, deck],
  );
});
afterAll(() => app.close());

/** As it is on the wire, since `fetch` unpacks. */
async function read(path: string, headers: Record<string, string>) {
  const authorization = `Bearer ${ada.token}`;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(ada.url + path, { headers: { authorization, ...headers } }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: answer.statusCode, headers: answer.headers, bytes: await buffer(answer) };
}

it('sends a large answer compressed to who can read that, and plain to who cannot', async () => {
  const path = '/flashcards?per_page=200';
  const plain = await read(path, {});
  const zipped = await read(path, { 'accept-encoding': 'gzip' });
  const brotli = await read(path, { 'accept-encoding': 'gzip, deflate, br' });
  expect(plain.headers).not.toHaveProperty('content-encoding');
  expect(JSON.parse(plain.bytes.toString()).items).toHaveLength(200);
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br' });
  for (const { headers } of [plain, zipped, brotli]) expect(headers['vary']).toContain('Accept-Encoding');
  expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
  expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
  expect(Math.max(zipped.bytes.length, brotli.bytes.length)).toBeLessThan(plain.bytes.length / 4);
});

it('sends the rest as it is: a small page, and whatever holds a secret', async () => {
  const all = { 'accept-encoding': 'gzip, deflate, br' };
  expect((await read('/decks', all)).headers).not.toHaveProperty('content-encoding');
  const { headers } = await app.anyone.logIn('ada', { refresh: true });
  expect(headers.get('content-encoding')).toBe(null);
});

it('compresses what is sent piece by piece: an export, and the pages of the documentation', async () => {
  for (const path of ['/user/export', '/docs/swagger-ui-bundle.js']) {
    const { status, headers, bytes } = await read(path, { 'accept-encoding': 'br' });
    expect([status, headers['content-encoding']]).toEqual([200, 'br']);
    expect(brotliDecompressSync(bytes).length).toBeGreaterThan(2 * bytes.length);
  }
});

it('answers 304 without a body to who has it already, compressed or not', async () => {
  for (const encoding of ['identity', 'gzip']) {
    const { headers } = await read('/flashcards?per_page=200', { 'accept-encoding': encoding });
    const again = await read('/flashcards?per_page=200', {
      'accept-encoding': encoding,
      'if-none-match': headers.etag!,
    });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  }
});
