import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BreachedPasswords } from './breached-passwords.js';

const STOLEN = 'correct horse battery staple';
const digest = createHash('sha1').update(STOLEN).digest('hex').toUpperCase();

let server: Server;
let source: string;
let asked: (string | undefined)[];
let answer: { status: number; body: string } | 'never';
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url);
    if (answer !== 'never') response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: `${digest.slice(5)}:4711\r\n0018A45C4D1DEF81644B54AB7F969B88D65:0` };
});

const breached = (breachedPasswords = true) =>
  Object.assign(new BreachedPasswords({ breachedPasswords }), { source });

describe('the list of breached passwords', () => {
  it('knows a stolen one, and is told five digits of its hash', async () => {
    expect(await breached().include(STOLEN)).toBe(true);
    expect(asked).toEqual([`/range/${digest.slice(0, 5)}?mode=sha1`]);
  });

  it('does not know another one, nor one that only pads the answer', async () => {
    expect(await breached().include('another')).toBe(false);
    answer = { status: 200, body: `${digest.slice(5)}:0` };
    expect(await breached().include(STOLEN)).toBe(false);
  });

  it('is not asked unless the operator wants it', async () => {
    expect(await breached(false).include(STOLEN)).toBe(false);
    expect(asked).toEqual([]);
  });

  it.each([
    ['is broken', { status: 500, body: 'broken' }],
    ['is silent', 'never'],
  ] as const)('keeps nobody from a password when it %s, for a second', async (_how, given) => {
    answer = given;
    const began = performance.now();
    expect(await breached().include(STOLEN)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(asked).toHaveLength(1);
  });
});
