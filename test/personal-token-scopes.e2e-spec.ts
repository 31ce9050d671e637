import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { problem } from './support/problem.js';

const NEW = { name: 'Anki import', scopes: ['read'] };
const UNKNOWN = problem(401, 'This access token is not known, or it has expired.');
const SESSION_REQUIRED = problem(403, 'This needs a login; an access token will not do.');

let app: TestApp;
let ada: Client;
let deck_id: number;
let flashcard_id: number;
beforeAll(async () => {
  app = await startApp();
  ada = await app.signedIn('ada');
  deck_id = await ada.addDeck();
  flashcard_id = await ada.addCard(deck_id);
});
afterAll(() => app.close());

/** A client of ada's with a new token. */
async function script(scopes: string[], owner = ada): Promise<Client & { tokenId: number }> {
  const { body } = await owner.post('/tokens', { ...NEW, scopes });
  return Object.assign(owner.withToken(body.token), { tokenId: body.id as number });
}

describe('a request with a personal access token', () => {
  const requests: [name: string, scope: string, ask: (client: Client) => Promise<Answer>][] = [
    ['GET /user', 'read', (client) => client.get('/user')],
    ['HEAD /decks', 'read', (client) => client.send('HEAD', '/decks')],
    ['GET /dashboard', 'read', (client) => client.get('/dashboard')],
    ['GET /progress', 'read', (client) => client.get('/progress')],
    ['PUT /user/stats', 'write', (client) => client.put('/user/stats', { weekly_goal: 20 })],
    ['PATCH /decks/:id', 'write', (client) => client.patch(`/decks/${deck_id}`, { title: 'Kiswahili' })],
    [
      'POST /flashcards',
      'write',
      (client) => client.post('/flashcards', { deck_id, front_text: 'Maji', back_text: 'Water' }),
    ],
    ['POST /progress', 'review', (client) => client.post('/progress', { flashcard_id, was_correct: true })],
  ];
  it.each(requests)('%s needs the scope %s, and no other', async (_name, scope, ask) => {
    const others = ['read', 'write', 'review'].filter((other) => other !== scope);
    expect((await ask(await script([scope]))).status).toBeLessThan(300);
    const { status, headers, body } = await ask(await script(others));
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toBe(`Bearer error="insufficient_scope", scope="${scope}"`);
    if (body) expect(body).toMatchObject({ code: 'insufficient_scope' });
  });

  it('403 for what changes how one gets in, with all scopes', async () => {
    const all = await script(['read', 'write', 'review']);
    const answers = await Promise.all([
      all.get('/tokens'),
      all.post('/tokens', NEW),
      all.delete(`/tokens/${all.tokenId}`),
      all.get('/sessions'),
      all.delete(`/sessions/${ada.sessionId}`),
      all.post('/logout'),
      all.post('/logout/all'),
      all.put('/user/password', {}),
      all.get('/user/two-factor'),
      all.post('/user/two-factor', {}),
      all.post('/user/two-factor/confirm', {}),
      all.post('/user/two-factor/recovery-codes', {}),
      all.delete('/user/two-factor'),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject(SESSION_REQUIRED);
      expect(answer).toMatchObject({ body: { code: 'session_required' } });
    }
    expect(await ada.get('/user')).toMatchObject({ status: 200 });
  });

  it('401 for a typing error, an unknown token, and one of another account', async () => {
    const reader = await script(['read']);
    const token = reader.token!;
    const digit = token.at(-1) === '0' ? '1' : '0';
    const wrong = [
      ...[token.slice(0, -1), `${token}0`, token.slice(0, -1) + digit, token.toUpperCase(), 'fl_', 'fl_1_2'],
      token.replace(`fl_${ada.id}_`, `fl_${ada.id! + 1}_`),
      `fl_${'9'.repeat(16)}_${'0'.repeat(72)}`,
    ];
    for (const text of wrong) {
      const answer = await ada.withToken(text).get('/user');
      expect({ text, status: answer.status }).toEqual({ text, status: 401 });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('401 once it has expired, and once the account is gone', async () => {
    const gus = await app.signedIn('gus');
    const [late, orphan] = [await script(['read'], gus), await script(['read'], gus)];
    await app.sql('update flashlearn.personal_access_tokens set expires_at = now() where id = $1', [
      late.tokenId,
    ]);
    expect(await late.get('/user')).toMatchObject(UNKNOWN);
    expect(await orphan.get('/user')).toMatchObject({ status: 200 });
    await app.sql('delete from flashlearn.users where id = $1', [gus.id]);
    expect(await orphan.get('/user')).toMatchObject(UNKNOWN);
  });

  it('goes on after a logout everywhere: it is no login', async () => {
    const hal = await app.signedIn('hal');
    const reader = await script(['read'], hal);
    await hal.post('/logout/all');
    expect(await reader.get('/user')).toMatchObject({ status: 200 });
  });
});
