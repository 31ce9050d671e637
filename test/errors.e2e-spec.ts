import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STATUS_CODES } from 'node:http';
import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { sendRaw } from './support/raw.js';

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Swahili',
  difficulty: 2,
};

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn();
});
afterAll(() => app.close());

/** The whole body, exactly: nothing is missing and nothing else is told. */
function expectProblem(answer: Answer, status: number, code: string, fields: string[] = []) {
  const { detail } = answer.body;
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: expect.stringMatching(/\S/),
    instance: answer.headers.get('x-request-id'),
    code,
    ...(fields.length > 0 && { errors: fields.map((field) => ({ field, message: expect.any(String) })) }),
    error: status === 409 ? code : detail,
    message: detail,
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const nested = (open: string, close: string) => `{"title":${open.repeat(40_000)}1${close.repeat(40_000)}}`;
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, n]));

describe('every refusal has the one shape', () => {
  type Expected = [status: number, code: string, fields?: string[]];
  type Refusal = [name: string, ask: () => Promise<Answer>, ...Expected];
  const type = (value: string) => ada.post('/decks', JSON.stringify(DECK), { 'content-type': value });
  const refusals: Refusal[] = [
    ['an unknown route', () => ada.get('/nothing/here'), 404, 'unknown_route'],
    ['an id that is not there', () => ada.get('/decks/999999999'), 404, 'not_found'],
    ['a path of 6,000 characters', () => ada.get(`/decks/${'9'.repeat(6_000)}`), 404, 'not_found'],
    ['no token', () => app.anyone.get('/decks'), 401, 'unauthorized'],
    ['a token that is none', () => ada.get('/decks', { authorization: 'Bearer x.y.z' }), 401, 'unauthorized'],
    [
      'a token of 6,000 characters',
      () => ada.get('/decks', { authorization: `Bearer ${'x'.repeat(6_000)}` }),
      401,
      'unauthorized',
    ],
    ['a taken username', () => signUpAgain(), 409, 'username_exists'],
    [
      'missing fields',
      () => ada.post('/decks', { ...DECK, title: '', subject: null }),
      400,
      'invalid',
      ['title', 'subject'],
    ],
    ['a wrong type', () => ada.post('/decks', { ...DECK, title: 5 }), 400, 'invalid', ['title']],
    ['a bad query', () => ada.get('/flashcards?deck_id=%zz'), 400, 'invalid', ['deck_id']],
    ['no body', () => ada.post('/login'), 400, 'invalid', ['email', 'password']],
    ['an empty body', () => ada.post('/login', ''), 400, 'invalid', ['email', 'password']],
    ['JSON that breaks off', () => ada.post('/decks', '{"title":'), 400, 'malformed_json'],
    ['text that is no JSON', () => ada.post('/decks', 'title=Swahili'), 400, 'malformed_json'],
    ['a body of blanks', () => ada.post('/decks', '  '), 400, 'malformed_json'],
    ['a body that is an array', () => ada.post('/decks', '[{}]'), 400, 'malformed_json'],
    ['a body that is a text', () => ada.post('/decks', '"text"'), 400, 'malformed_json'],
    ['a body that is a number', () => ada.post('/decks', '5'), 400, 'malformed_json'],
    ['a body that is null', () => ada.post('/decks', 'null'), 400, 'malformed_json'],
    ['invalid UTF-8', () => ada.post('/decks', bytes('{"title":"caf\xe9"}')), 400, 'malformed_json'],
    [
      'a cut UTF-8 sequence',
      () => ada.post('/decks', bytes('{"title":"\xf0\x9f\x98"}')),
      400,
      'malformed_json',
    ],
    ['257 kB', () => ada.post('/decks', { ...DECK, description: 'x'.repeat(257 * 1024) }), 413, 'too_large'],
    ['a gzip bomb', () => gzipped(Buffer.alloc(20_000_000, ' ')), 413, 'too_large'],
    [
      'a broken gzip',
      () => ada.post('/decks', bytes('{}'), { 'content-encoding': 'gzip' }),
      400,
      'malformed_json',
    ],
    [
      'an unknown encoding',
      () => ada.post('/decks', DECK, { 'content-encoding': 'zstd' }),
      415,
      'unsupported_encoding',
    ],
    ['a form', () => type('application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['plain text', () => type('text/plain'), 415, 'unsupported_media_type'],
    ['a type that starts like JSON', () => type('application/jsonp'), 415, 'unsupported_media_type'],
    ['no content type', () => withoutType(), 415, 'unsupported_media_type'],
    ['UTF-7', () => type('application/json; charset=utf-7'), 415, 'unsupported_charset'],
    ['UTF-16', () => type('application/json; charset=utf-16'), 415, 'unsupported_charset'],
    ['ISO 8859-1', () => type('application/json; charset=iso-8859-1'), 415, 'unsupported_charset'],
    ['1e400', () => ada.post('/decks', '{"difficulty":1e400}'), 400, 'invalid', ['difficulty']],
    [
      '-1e400 in an unknown field',
      () => ada.post('/decks', '{"a":{"b":[-1e400]}}'),
      400,
      'invalid',
      ['a.b.0'],
    ],
    ['40,000 arrays in each other', () => ada.post('/decks', nested('[', ']')), 400, 'invalid', ['title']],
    [
      '40,000 objects in each other',
      () => ada.post('/signup', nested('{"a":', '}')),
      400,
      'invalid',
      ['title'],
    ],
    ['1,001 keys', () => ada.post('/decks', keys(1_001)), 400, 'invalid'],
    ['1,001 keys further down', () => ada.post('/decks', { title: [keys(999)] }), 400, 'invalid'],
  ];
  it.each(refusals)('%s', async (_name, ask, ...expected: Expected) => {
    expectProblem(await ask(), ...expected);
  });

  async function signUpAgain(): Promise<Answer> {
    const account = { username: 'twin', email: 'twin@example.org', password: 'correct horse battery' };
    await app.anyone.post('/signup', account);
    return app.anyone.post('/signup', { ...account, email: 'other@example.org' });
  }
  function gzipped(body: Buffer): Promise<Answer> {
    return ada.post('/decks', gzipSync(body), { 'content-encoding': 'gzip' });
  }
  function withoutType(): Promise<Answer> {
    return sendRaw(
      app.url,
      'POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    );
  }
});

describe('requests that Node refuses before the application sees them', () => {
  it.each([
    [
      'headers of 20,000 bytes',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(9_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'a path of 9,000 bytes',
      `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['what is no HTTP', 'Habari?\r\n\r\n', 400, 'malformed_http'],
    [
      'two lengths (request smuggling)',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'malformed_http',
    ],
  ])('%s', async (_name, request, status, code) => {
    expectProblem(await sendRaw(app.url, request), status, code);
  });
});

describe('text that PostgreSQL cannot store', () => {
  it.each([
    ['NUL in a field', { ...DECK, title: 'a\0b' }, 'title'],
    ['an unpaired high surrogate', { ...DECK, description: 'a\ud800' }, 'description'],
    ['an unpaired low surrogate', { ...DECK, category: '\udc00a' }, 'category'],
    ['a field that we do not know', { ...DECK, colour: '\0' }, 'colour'],
    ['something further down', { ...DECK, extra: [{ note: ['fine', 'a\0b'] }] }, 'extra.0.note.1'],
    ['a key', { ...DECK, 'a\0b': 1 }, 'body'],
  ])('is refused, and the field named: %s', async (_name, body, field) => {
    expectProblem(await ada.post('/decks', body), 400, 'invalid', [field]);
  });

  it('is refused with an answer that stays small, however long the key', async () => {
    const answer = await ada.post('/decks', { ['😀'.repeat(50_000)]: '\0' });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2_000);
  });

  it('is not what surrogate pairs, other controls and U+FFFD are', async () => {
    const title = 'a\u0001😀\ufffd\u2028b';
    expect(await ada.post('/decks', { ...DECK, title })).toMatchObject({ status: 201, body: { title } });
  });
});

describe('what looks bad and is not', () => {
  it.each([
    ['depth 32', { ...DECK, extra: JSON.parse('[1'.replace('[', '['.repeat(31)) + ']'.repeat(31)) }],
    ['a key named __proto__', JSON.stringify(DECK).replace('{', '{"__proto__":{"role":"admin","title":5},')],
    [
      'a key named constructor',
      { ...DECK, constructor: { prototype: { title: 5 } }, prototype: 1, toString: 2 },
    ],
  ])('is stored: %s', async (_name, body) => {
    const { status, body: deck } = await ada.post('/decks', body);
    expect({ status, deck }).toMatchObject({ status: 201, deck: DECK });
    expect(deck).not.toHaveProperty('role');
    expect({}).not.toHaveProperty('role');
  });

  it.each(['application/json; charset=UTF-8', 'APPLICATION/JSON', 'application/json; charset="utf-8"; x=y'])(
    'is read: %s',
    async (type) => {
      const answer = await ada.post('/decks', JSON.stringify({ ...DECK, title: 'Ä😀' }), {
        'content-type': type,
      });
      expect(answer).toMatchObject({ status: 201, body: { title: 'Ä😀' } });
    },
  );

  it('is inflated: an honest gzip', async () => {
    const answer = await ada.post('/decks', gzipSync(JSON.stringify(DECK)), { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 201, body: DECK });
  });
});
