import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuiltService } from '../support/built-service.js';
import { Client } from '../support/client.js';
import { setStage, untilReady, type Stage } from './stage.js';

const DECK = { title: 'Luo', description: 'Words', subject: 'Languages', category: 'Luo', difficulty: 2 };

let stage: Stage;
let services: BuiltService[];
let one: Client;
let two: Client;
beforeAll(async () => {
  stage = await setStage();
  services = [1, 2].map(() => stage.startService({ THROTTLE: 'on' }));
  [one, two] = (await Promise.all(services.map(untilReady))).map((url) => new Client(url)) as [
    Client,
    Client,
  ];
});
afterAll(() => stage.close());

/** The same learner at the other instance. */
const elsewhere = (client: Client) => new Client(two.url, client.token, client.id);

describe('F17 two instances', () => {
  it('count guesses together', async () => {
    await one.signUp('grace');
    const statuses = [];
    for (let n = 0; n < 8; n++)
      statuses.push((await (n % 2 ? one : two).logIn('grace', { password: 'wrong horse' })).status);
    expect(statuses).toEqual([...Array(5).fill(401), 429, 429, 429]);
  });

  it('both know at once that somebody has logged out', async () => {
    const ada = await one.signUp('ada');
    expect(await elsewhere(ada).get('/user')).toMatchObject({ status: 200 });
    await ada.post('/logout');
    expect(await elsewhere(ada).get('/user')).toMatchObject({ status: 401 });
  });

  it('act once on a key that both get at the same time, and tell the same afterwards', async () => {
    const ada = await one.signUp('ida');
    const clients = [ada, elsewhere(ada)];
    const send = (n: number) => clients[n % 2]!.post('/decks', DECK, { 'idempotency-key': 'one' });
    const first = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)));
    expect(first.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    const later = [await send(0), await send(1)];
    const done = [...first.filter(({ status }) => status === 201), ...later];
    expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await ada.get('/decks')).body.pagination.total_items).toBe(1);
    process.stdout.write(
      `${'F17 two instances'.padEnd(40)} sent 22, acknowledged ${done.length}, stored 1\n`,
    );
  });
});

it('F06 a second SIGTERM changes nothing', async () => {
  const [service] = services as [BuiltService];
  service.child.kill('SIGTERM');
  service.child.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0 });
});
