import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountEvents } from '../src/auth/account-events.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { column } from './support/column.js';
import { problem } from './support/problem.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const activity = async (client: Client, query = '') => (await client.get(`/user/activity${query}`)).body;

const ofKind = ({ items }: { items: Record<string, unknown>[] }, kind: string) =>
  items.filter(({ event }) => event === kind);

/** Events behind the application's back, the first one the oldest. */
async function happened(client: Client, events: number, ago = '0 days'): Promise<void> {
  await app.sql(
    `insert into flashlearn.account_events (user_id, event, details, created_at)
     select $1, 'token_created', jsonb_build_object('number', n), now() - $3::interval from generate_series(1, $2) n`,
    [client.id, events, ago],
  );
}

describe('GET /user/activity', () => {
  it('200 tells of the signup, and from where', async () => {
    const account = { username: 'ada', email: 'ada@example.org', password: 'correct horse battery' };
    const headers = { 'user-agent': 'Flashcards/2.1', 'x-request-id': 'signup-of-ada' };
    await app.anyone.post('/signup', account, headers);
    const { token } = (await app.anyone.post('/login', account)).body;
    const answer = await app.anyone.get('/user/activity', { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body.next_before).toBeNull();
    expect(ofKind(answer.body, 'signup')).toEqual([
      {
        ...{ id: expect.any(Number), event: 'signup', outcome: 'success' },
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        ...{ ip: '127.0.0.1', user_agent: 'Flashcards/2.1', request_id: 'signup-of-ada', details: {} },
      },
    ]);
  });

  it('200 tells of a new username with both names, and of no change that is none', async () => {
    const ada = await app.signedIn('lovelace');
    await ada.patch('/user', { username: 'lovelace', weekly_goal: 30 });
    await ada.patch('/user', { username: 'ada.lovelace' });
    await ada.patch('/user', { username: 'ab' });
    const changes = ofKind(await activity(ada), 'username_changed');
    expect(column(changes, 'details')).toEqual([{ from: 'lovelace', to: 'ada.lovelace' }]);
  });

  it('200 tells of an export', async () => {
    const ada = await app.signedIn();
    await ada.get('/user/export');
    expect((await activity(ada)).items[0]).toMatchObject({ event: 'data_exported', outcome: 'success' });
  });

  it('200 goes back in pages, newest first, each event once, also when new ones come in between', async () => {
    const ada = await app.signedIn();
    await happened(ada, 25);
    const seen: number[] = [];
    let [query, pages] = ['?limit=10', 0];
    for (;;) {
      const { items, next_before } = await activity(ada, query);
      seen.push(...(column(items, 'id') as number[]));
      pages += 1;
      if (next_before === null) break;
      expect(items).toHaveLength(10);
      query = `?limit=10&before=${next_before}`;
      await happened(ada, 3);
    }
    const [{ all } = { all: [] as number[] }] = await app.sql<{ all: number[] }>(
      `select array_agg(id::int order by id desc) as all from flashlearn.account_events
       where user_id = $1 and id <= $2`,
      [ada.id, seen[0]],
    );
    expect(pages).toBe(3);
    expect(seen).toEqual(all);
  });

  it('200 with 50 unless told otherwise, and never more than 100', async () => {
    const ada = await app.signedIn();
    await happened(ada, 120);
    const lengths = async (query: string) => (await activity(ada, query)).items.length;
    expect(await lengths('')).toBe(50);
    expect(await lengths('?limit=100')).toBe(100);
    expect(await lengths('?limit=101')).toBe(100);
    expect(await lengths('?limit=9007199254740991')).toBe(100);
    for (const limit of ['0', '-1', 'many', '1e3', '', '1&limit=2', '%00', '99999999999999999999']) {
      expect([limit, await lengths(`?limit=${limit}`)]).toEqual([limit, 50]);
    }
    expect(await lengths('?limit=1')).toBe(1);
    const newest = (await activity(ada, '?limit=1')).items;
    for (const before of ['0', '-1', 'x', '1.5', '', '9007199254740992', '%00', '1&before=2']) {
      expect([before, (await activity(ada, `?limit=1&before=${before}`)).items]).toEqual([before, newest]);
    }
    expect(await activity(ada, '?before=1')).toEqual({ items: [], next_before: null });
  });

  it('200 shows nothing of anybody else', async () => {
    const [ada, grace] = [await app.signedIn(), await app.signedIn()];
    await happened(grace, 5);
    const foreign = column((await activity(grace)).items, 'id');
    const { items } = await activity(ada, `?before=${Math.max(...(foreign as number[])) + 1}`);
    expect(column(items, 'event')).not.toContain('token_created');
    expect(column(items, 'id').filter((id) => foreign.includes(id))).toEqual([]);
  });

  it('401 to one who is not logged in', async () => {
    expect(await app.anyone.get('/user/activity')).toMatchObject(problem(401, 'Please log in.'));
  });
});

describe('what is recorded', () => {
  const recorded = (client: Client) =>
    app.sql<{ id: number }>('select id::int from flashlearn.account_events where user_id = $1', [client.id]);

  it('is not changed, not even by somebody with access to the table', async () => {
    const ada = await app.signedIn();
    const change = app.sql(`update flashlearn.account_events set outcome = 'failure' where user_id = $1`, [
      ada.id,
    ]);
    await expect(change).rejects.toThrow(/^What is recorded in account_events\S* is not changed/);
  });

  it('is not removed from an account that is there', async () => {
    const ada = await app.signedIn();
    const removal = app.sql('delete from flashlearn.account_events where user_id = $1', [ada.id]);
    await expect(removal).rejects.toThrow(/^What is recorded in account_events\S* is not removed/);
    expect(await recorded(ada)).not.toEqual([]);
  });

  it('is hidden after 180 days, and gone with the next event', async () => {
    const ada = await app.signedIn();
    await happened(ada, 2, '179 days 23 hours');
    await happened(ada, 3, '180 days 1 hour');
    const before = (await recorded(ada)).length;
    expect(
      column((await activity(ada)).items, 'event').filter((event) => event === 'token_created'),
    ).toHaveLength(2);
    await app.app.get(AccountEvents).record(ada.id!, 'token_revoked', undefined);
    expect((await recorded(ada)).length).toBe(before - 3 + 1);
    expect((await activity(ada)).items[0]).toMatchObject({
      event: 'token_revoked',
      ip: null,
      user_agent: null,
    });
  });

  it('of others stays when an account goes', async () => {
    const [ada, grace] = [await app.signedIn(), await app.signedIn()];
    await ada.send('DELETE', '/user', { current_password: 'correct horse battery' });
    expect(await recorded(ada)).toEqual([]);
    expect(await recorded(grace)).not.toEqual([]);
  });
});
