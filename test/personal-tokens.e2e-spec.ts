import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { eventually } from './support/eventually.js';
import { invalid, NOT_IDS, NOT_TEXT, problem } from './support/problem.js';

const NEW = { name: 'Anki import', scopes: ['read'] };
const UNKNOWN = problem(401, 'This access token is not known, or it has expired.');

let app: TestApp;
let ada: Client;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
});
afterAll(() => app.close());

/** A client of ada's with a new token. */
async function script(scopes: string[], owner = ada): Promise<Client & { tokenId: number }> {
  const { body } = await owner.post('/tokens', { ...NEW, scopes });
  return Object.assign(owner.withToken(body.token), { tokenId: body.id as number });
}

const eventsOf = (client: Client) =>
  app.sql<{ event: string; details: object }>(
    `select event, details from flashlearn.account_events where user_id = $1 and event like 'token%' order by id`,
    [client.id],
  );

describe('POST /tokens', () => {
  it('201 shows the token, this once', async () => {
    const { status, headers, body } = await ada.post('/tokens', NEW);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ id: expect.any(Number), ...NEW, last_used_at: null, expires_at: null },
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      token: expect.stringMatching(new RegExp(`^fl_${ada.id}_[0-9a-f]{72}$`)),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify((await ada.get('/tokens')).body)).not.toContain(body.token);
    const [dump] = await app.sql<{ text: string }>(
      `select string_agg(t::text, ' ') as text from (
         select to_jsonb(p) from flashlearn.personal_access_tokens p union all
         select to_jsonb(e) from flashlearn.account_events e) t`,
    );
    expect(dump!.text).not.toContain((body.token as string).split('_')[2]!.slice(0, 64));
  });

  it('201 for a token that expires, by days or at a time', async () => {
    const daysOf = async (expiry: object) => {
      const { body } = await ada.post('/tokens', { ...NEW, ...expiry });
      return Math.round((Date.parse(body.expires_at) - Date.parse(body.created_at)) / 86_400_000);
    };
    const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString();
    expect(await daysOf({ expires_in_days: 1 })).toBe(1);
    expect(await daysOf({ expires_in_days: '90' })).toBe(90);
    expect(await daysOf({ expires_at: inTenDays })).toBe(10);
    expect(await daysOf({ expires_at: inTenDays.replace('Z', '+00:00'), expires_in_days: null })).toBe(10);
  });

  it('is in the record of the account, as its end is', async () => {
    const ben = await app.signedIn('ben');
    const { body } = await ben.post('/tokens', NEW);
    await ben.delete(`/tokens/${body.id}`);
    expect(await eventsOf(ben)).toEqual([
      { event: 'token_created', details: { token_id: body.id, ...NEW } },
      { event: 'token_revoked', details: { token_id: body.id, name: NEW.name } },
    ]);
  });

  it.each<[string, unknown[]]>([
    ['name', [undefined, null, '', '  ', 'x'.repeat(101), ...NOT_TEXT]],
    [
      'scopes',
      [
        undefined,
        null,
        '',
        [],
        'read',
        {},
        ['admin'],
        ['read', 'admin'],
        ['read', 'read'],
        [null],
        [['read']],
        1,
      ],
    ],
    ['expires_in_days', [0, -1, 1.5, 3651, 'soon', '', [], {}, true]],
    [
      'expires_at',
      [
        ...[
          '2020-01-01T00:00:00Z',
          '2099-02-30T00:00:00Z',
          '2099-01-01',
          '2099-01-01T00:00:00',
          'tomorrow',
          '',
        ],
        ...[4_000_000_000, {}, [], true, `${'9'.repeat(30)}-01-01T00:00:00Z`],
      ],
    ],
  ])('400 for a bad %s, and makes nothing', async (field, values) => {
    const count = async () => (await ada.get('/tokens')).body.items.length as number;
    const before = await count();
    for (const value of values) {
      const { status, body } = await ada.post('/tokens', { ...NEW, [field]: value });
      expect({ value, status, errors: body.errors }).toMatchObject({
        value,
        status: 400,
        errors: [{ field }],
      });
    }
    expect(await count()).toBe(before);
  });

  it('400 for two expiries', async () => {
    const both = { ...NEW, expires_in_days: 1, expires_at: '2099-01-01T00:00:00Z' };
    expect(await ada.post('/tokens', both)).toMatchObject(invalid('expires_at'));
  });

  it('409 beyond 50 tokens; expired ones do not count, and those of long ago are dropped', async () => {
    const carl = await app.signedIn('carl');
    await app.sql(
      `insert into flashlearn.personal_access_tokens (user_id, token_hash, name, scopes)
       select $1, sha256(n::text::bytea), 'Token ' || n, '{read}' from generate_series(1, 49) n`,
      [carl.id],
    );
    expect(await carl.post('/tokens', NEW)).toMatchObject({ status: 201 });
    expect(await carl.post('/tokens', NEW)).toMatchObject({ status: 409, body: { code: 'too_many_tokens' } });
    await app.sql(
      `update flashlearn.personal_access_tokens set expires_at = now() - case name
         when 'Token 1' then interval '31 days' else interval '1 minute' end
       where user_id = $1 and name in ('Token 1', 'Token 2')`,
      [carl.id],
    );
    expect(await carl.post('/tokens', NEW)).toMatchObject({ status: 201 });
    const names = ((await carl.get('/tokens')).body.items as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('Token 2');
    expect(names).not.toContain('Token 1');
  });
});

describe('GET /tokens', () => {
  it('200 lists the tokens of the account, the newest first', async () => {
    const dora = await app.signedIn('dora');
    expect((await dora.get('/tokens')).body).toEqual({ items: [] });
    const first = await dora.post('/tokens', { ...NEW, name: 'First' });
    const second = await dora.post('/tokens', { ...NEW, name: 'Second', scopes: ['review', 'write'] });
    const shown = ({ body: { token: _secret, ...rest } }: Answer) => rest as object;
    expect((await dora.get('/tokens')).body).toEqual({ items: [shown(second), shown(first)] });
  });

  it('200 tells when a token was last used, without a write for each request', async () => {
    const fay = await app.signedIn('fay');
    const reader = await script(['read'], fay);
    const lastUse = async () => (await fay.get('/tokens')).body.items[0].last_used_at as string | null;
    expect(await lastUse()).toBeNull();
    await reader.get('/user');
    await eventually(async () => (await lastUse()) !== null, 'the first use was noted');
    const first = await lastUse();
    await app.sql(`update flashlearn.personal_access_tokens set last_used_at = now() - interval '4 minutes'`);
    const recent = await lastUse();
    await reader.get('/user');
    expect(await lastUse()).toBe(recent);
    await app.sql(`update flashlearn.personal_access_tokens set last_used_at = now() - interval '6 minutes'`);
    await reader.get('/user');
    await eventually(async () => ((await lastUse()) ?? '') >= first!, 'the later use was noted');
  });
});

describe('DELETE /tokens/:id', () => {
  it('200 ends a token, at once, and no other', async () => {
    const [one, two] = [await script(['read']), await script(['read'])];
    expect(await one.get('/user')).toMatchObject({ status: 200 });
    expect(await ada.delete(`/tokens/${one.tokenId}`)).toMatchObject({ status: 200 });
    expect(await one.get('/user')).toMatchObject(UNKNOWN);
    expect(await two.get('/user')).toMatchObject({ status: 200 });
    expect(await ada.delete(`/tokens/${one.tokenId}`)).toMatchObject(problem(404, 'Token not found'));
  });

  it("404 for what is not there and for somebody else's", async () => {
    const mallory = await app.signedIn('mallory');
    const reader = await script(['read']);
    for (const id of [reader.tokenId, 999_999, ...NOT_IDS])
      expect(await mallory.delete(`/tokens/${id}`)).toMatchObject(problem(404, 'Token not found'));
    expect(await reader.get('/user')).toMatchObject({ status: 200, body: { username: 'ada' } });
  });
});
