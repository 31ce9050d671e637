import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeApi } from '../../src/docs.js';
import { TrainingService } from '../../src/progress/training/training.service.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { createSpreadDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Authenticator } from '../support/authenticator.js';
import { countStatements } from '../support/statements.js';

const DECK = {
  title: 'Swahili',
  description: 'Words',
  subject: 'Languages',
  category: 'Swahili',
  difficulty: 2,
};
const TOKEN = { name: 'script', scopes: ['read'], expires_in_days: 90 };
const ADA = { email: 'ada@example.org', password: 'correct horse battery' };

let app: TestApp;
let ada: Client;
let deck_id: number;
let flashcard_id: number;
let progressId: number;
let leaving: Client;
let refreshToken: string;
/** Of ada: logins and a personal access token to be ended, and one that stays. */
let laptop: Client;
let phone: Client;
let mary: Client;
let oldTokenId: number;
let script: Client;
let trainingId: number;
let careful: Client;
let app2fa: Authenticator;
let recoveryCodes: string[];
let reviewId: number;
beforeAll(async () => {
  // So that each of these statements is known to keep to one partition, too: app.close() throws if one does not.
  app = await startApp({}, await createSpreadDatabase());
  ada = await app.signedIn('ada');
  deck_id = await ada.addDeck();
  flashcard_id = await ada.addCard(deck_id);
  progressId = (await review(flashcard_id)).body.id;
  leaving = await app.signedIn('leaving');
  laptop = ada.withToken((await ada.logIn('ada')).body.token);
  phone = ada.withToken((await ada.logIn('ada')).body.token);
  refreshToken = (await ada.logIn('ada', { refresh: true })).body.refresh_token;
  oldTokenId = (await ada.post('/tokens', TOKEN)).body.id;
  script = ada.withToken((await ada.post('/tokens', TOKEN)).body.token);
  mary = await app.signedIn('mary');
  trainingId = (await untilIdle(ada.post('/user/fsrs/optimize', {}))).body.id;
  await prepareCodes();
  careful = await app.signedIn('careful');
  ({ id: progressId, review_id: reviewId } = (await review(flashcard_id)).body);
});
afterAll(() => app.close());

const review = (id: number, more: object = {}) =>
  ada.post('/progress', { deck_id, flashcard_id: id, was_correct: true, time_spent_seconds: 3, ...more });

const leave = (client: Client) => client.send('DELETE', '/user', { current_password: ADA.password });
const refresh = (refresh_token: string) => app.anyone.post('/auth/refresh', { refresh_token });
/** Waits for what the request began in the background as well. */
async function untilIdle(request: Promise<Answer>): Promise<Answer> {
  const answer = await request;
  await app.app.get(TrainingService).idle();
  return answer;
}
let mover: Client;
let loginCode: object;
let resetCode: object;
let emailCodes: object;
/** Codes that were asked for, each by an account of its own. */
async function prepareCodes() {
  const ask = async (username: string, path: string) => {
    await app.signedIn(username);
    const email = `${username}@example.org`;
    const { otp_id, dev_code: code } = (await app.anyone.post(path, { email })).body;
    return { email, otp_id, code };
  };
  loginCode = await ask('coded', '/login/otp/request');
  resetCode = { ...(await ask('forgetful', '/forgot-password')), new_password: 'a quiet morning in Nyeri' };
  mover = await app.signedIn('mover');
  const { body } = await mover.post('/user/email', newEmail('mover'));
  const { otp_id, dev_current_code: current_code, dev_new_code: new_code } = body;
  emailCodes = { otp_id, current_code, new_code };
}
const newEmail = (name: string) => ({
  new_email: `${name}@example.com`,
  current_password: ADA.password,
});
const current_password = ADA.password;

async function beginSecondFactor(): Promise<Answer> {
  const answer = await careful.post('/user/two-factor', { current_password });
  app2fa = new Authenticator(answer.body.secret);
  return answer;
}

async function confirmSecondFactor(): Promise<Answer> {
  const answer = await careful.post('/user/two-factor/confirm', { code: app2fa.code() });
  recoveryCodes = answer.body.recovery_codes;
  return answer;
}

async function renewRecoveryCodes(): Promise<Answer> {
  const answer = await careful.post('/user/two-factor/recovery-codes', { current_password });
  recoveryCodes = answer.body.recovery_codes;
  return answer;
}

const endSecondFactor = () =>
  careful.send('DELETE', '/user/two-factor', { current_password, code: recoveryCodes[0] });

const changePassword = () =>
  careful.put('/user/password', { current_password, new_password: 'battery of correct horses' });
const STATISTICS = [
  ...['today', 'streak', 'heatmap', 'reviews', 'retention', 'answers', 'hours', 'calibration'],
  ...['cards', 'decks', 'forecast', 'memory', 'heatmap.svg', 'forecast.svg', 'retention.svg'],
];
const batch = (cards: number[]) =>
  ada.post('/reviews/batch', {
    reviews: cards.map((id) => {
      return { client_id: randomUUID(), flashcard_id: id, rating: 3, reviewed_at: '2026-03-01T12:00Z' };
    }),
  });

/** BEGIN, the lock, the cards, their logs, the client ids, everything that is written, COMMIT. */
const BATCH = 7;

/** The session's row is one statement of every signed-in request. */
const SESSION = 1;

describe('what a route costs the database', () => {
  type Route = [name: string, statements: number, ask: () => Promise<Answer>];
  const routes: Route[] = [
    ['GET /', 0, () => app.anyone.get('/')],
    ['GET /health', 0, () => app.anyone.get('/health')],
    ['GET /health/startup', 0, () => app.anyone.get('/health/startup')],
    ['GET /health/ready', 1, () => app.anyone.get('/health/ready')],
    ['GET /db-ping', 1, () => app.anyone.get('/db-ping')],
    ['GET /__dbcheck__', 1, () => app.anyone.get('/__dbcheck__')],
    [
      'POST /signup',
      1,
      () => app.anyone.post('/signup', { ...ADA, username: 'grace', email: 'grace@example.org' }),
    ],
    ['POST /login', 2, () => app.anyone.post('/login', ADA)],
    ['POST /login/otp/request', 1, () => app.anyone.post('/login/otp/request', { email: ADA.email })],
    // The answer, its one use with what it proves, and the session.
    ['POST /login/otp/verify', 3, () => app.anyone.post('/login/otp/verify', loginCode)],
    ['POST /forgot-password', 1, () => app.anyone.post('/forgot-password', { email: ADA.email })],
    // The answer, and in a transaction: its one use, the password, other codes, sessions, the event, the notice.
    ['POST /reset-password', 1 + 8, () => app.anyone.post('/reset-password', resetCode)],
    // The password, and in a transaction: the codes, whether the address is taken, two mails, the event.
    ['POST /user/email', SESSION + 1 + 7, () => ada.post('/user/email', newEmail('ada'))],
    // The answer, and in a transaction: its one use, the address, other codes, the event, the notice.
    ['POST /user/email/confirm', SESSION + 1 + 7, () => mover.post('/user/email/confirm', emailCodes)],
    ['GET /user', SESSION + 1, () => ada.get('/user')],
    // The settings, then the figures that the answer shows as well.
    ['PATCH /user', SESSION + 2, () => ada.patch('/user', { username: 'ada', time_zone: 'Africa/Nairobi' })],
    ['GET /user/activity', SESSION + 1, () => ada.get('/user/activity')],
    // The account, the record of it, ten lists (that of cards is asked for more once), and the account again.
    ['GET /user/export', SESSION + 14, () => ada.get('/user/export')],
    // The password; then a transaction with a time limit of its own: begin, set local, delete, commit.
    ['DELETE /user', SESSION + 5, () => leave(leaving)],
    ['GET /user/two-factor', SESSION + 1, () => careful.get('/user/two-factor')],
    // The password, and the secret.
    ['POST /user/two-factor', SESSION + 2, beginSecondFactor],
    // The secret; then in a transaction: on, event, mail, codes.
    ['POST /user/two-factor/confirm', SESSION + 7, confirmSecondFactor],
    // The password and the state; then in a transaction: event, codes.
    ['POST /user/two-factor/recovery-codes', SESSION + 6, renewRecoveryCodes],
    // The password and the state; the attempt, the secret, the code, event, success; in a transaction: off, event, mail.
    ['DELETE /user/two-factor', SESSION + 12, endSecondFactor],
    // The hash; then in a transaction: the new one, sessions, challenges, event, mail.
    ['PUT /user/password', SESSION + 8, changePassword],
    ['GET /user/stats', SESSION + 1, () => ada.get('/user/stats')],
    ['PUT /user/stats', SESSION + 1, () => ada.put('/user/stats', { weekly_goal: 60 })],
    ['GET /dashboard', SESSION + 1, () => ada.get('/dashboard')],
    ['GET /decks', SESSION + 1, () => ada.get('/decks')],
    ['GET /study/queue', SESSION + 1, () => ada.get(`/study/queue?deck_id=${deck_id}`)],
    ['POST /decks', SESSION + 1, () => ada.post('/decks', DECK)],
    ['GET /decks/:id', SESSION + 1, () => ada.get(`/decks/${deck_id}`)],
    ['PUT /decks/:id', SESSION + 1, () => ada.put(`/decks/${deck_id}`, { title: 'Kiswahili' })],
    ['PATCH /decks/:id', SESSION + 1, () => ada.patch(`/decks/${deck_id}`, { title: 'Swahili' })],
    ['GET /flashcards', SESSION + 1, () => ada.get(`/flashcards?deck_id=${deck_id}`)],
    [
      'POST /flashcards',
      SESSION + 1,
      () => ada.post('/flashcards', { deck_id, front_text: 'Maji', back_text: 'Water' }),
    ],
    ['GET /flashcards/:id', SESSION + 1, () => ada.get(`/flashcards/${flashcard_id}`)],
    ['GET /flashcards/:id/schedule', SESSION + 1, () => ada.get(`/flashcards/${flashcard_id}/schedule`)],
    [
      'POST /flashcards/actions',
      SESSION + 1,
      () => ada.post('/flashcards/actions', { action: 'bury', flashcard_ids: [flashcard_id] }),
    ],
    [
      'PUT /flashcards/:id',
      SESSION + 1,
      () => ada.put(`/flashcards/${flashcard_id}`, { front_text: 'Maji' }),
    ],
    [
      'PATCH /flashcards/:id',
      SESSION + 1,
      () => ada.patch(`/flashcards/${flashcard_id}`, { back_text: 'Water' }),
    ],
    ['GET /progress', SESSION + 1, () => ada.get('/progress')],
    ['GET /progress/deck/:id', SESSION + 1, () => ada.get(`/progress/deck/${deck_id}`)],
    ['GET /progress/flashcard/:id', SESSION + 1, () => ada.get(`/progress/flashcard/${flashcard_id}`)],
    ['GET /progress/:id', SESSION + 1, () => ada.get(`/progress/${progressId}`)],
    ['GET /user/fsrs', SESSION + 1, () => ada.get('/user/fsrs')],
    ['POST /user/fsrs/use', SESSION + 2, () => ada.post('/user/fsrs/use', { version: 0 })],
    // With what goes on in the background, of a learner with too few answers.
    ['POST /user/fsrs/optimize', SESSION + 4, () => untilIdle(ada.post('/user/fsrs/optimize', {}))],
    ['POST /user/fsrs/reschedule', SESSION + 12, () => untilIdle(ada.post('/user/fsrs/reschedule'))],
    ['GET /user/fsrs/trainings/:id', SESSION + 1, () => ada.get(`/user/fsrs/trainings/${trainingId}`)],
    ['POST /study/simulate', SESSION + 1, () => ada.post('/study/simulate', { days: 1 })],
    ['POST /progress', SESSION + 2, () => review(flashcard_id)],
    ['POST /tokens', SESSION + 1, () => ada.post('/tokens', TOKEN)],
    ['GET /tokens', SESSION + 1, () => ada.get('/tokens')],
    ['DELETE /tokens/:id', SESSION + 1, () => ada.delete(`/tokens/${oldTokenId}`)],
    ['GET /sessions', SESSION + 1, () => ada.get('/sessions')],
    ['DELETE /sessions/:id', SESSION + 1, () => ada.delete(`/sessions/${phone.sessionId}`)],
    ['POST /auth/refresh', 1, () => refresh(refreshToken)],
    ['POST /logout', SESSION + 1, () => laptop.post('/logout')],
    ['POST /logout/all', SESSION + 1, () => mary.post('/logout/all')],
    ...STATISTICS.map((name): Route => [`GET /stats/${name}`, SESSION + 1, () => ada.get(`/stats/${name}`)]),
    ['GET /progress/verify', SESSION + 8, () => ada.get('/progress/verify')],
    ['GET /reviews', SESSION + 1, () => ada.get('/reviews')],
    ['POST /reviews/batch', SESSION + BATCH, () => batch([flashcard_id])],
    ['DELETE /reviews/:id', SESSION + 7, () => ada.delete(`/reviews/${reviewId}`)],
    ['DELETE /flashcards/:id', SESSION + 1, () => ada.delete(`/flashcards/${flashcard_id}`)],
    ['DELETE /decks/:id', SESSION + 1, () => ada.delete(`/decks/${deck_id}`)],
  ];

  it.each(routes)('%s: %d', async (_name, statements, ask) => {
    let status = 0;
    const executed = await countStatements(app, async () => ({ status } = await ask()));
    expect(executed).toHaveLength(statements);
    expect([200, 201, 202]).toContain(status);
  });

  it('is known for every route that there is', () => {
    const documented = Object.entries(describeApi(app.app).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(routes.map(([name]) => name).sort()).toEqual(documented.sort());
  });
});

describe('what the other outcomes cost', () => {
  const other: [name: string, statements: number, ask: () => Promise<Answer>][] = [
    ['no token', 0, () => app.anyone.get('/decks')],
    ['a forged token', 0, () => app.anyone.get('/decks', { authorization: `Bearer ${ada.token}x` })],
    ['an unknown route', 0, () => ada.get('/nothing')],
    ['malformed JSON', 0, () => ada.post('/decks', '{')],
    ['an invalid body', SESSION, () => ada.post('/decks', {})],
    ['what is no id', SESSION, () => ada.get('/decks/abc')],
    ['a deck that is not there', SESSION + 1, () => ada.get('/decks/999999')],
    ['a card for a deck that is not there', SESSION + 1, () => addCardNowhere()],
    ['a review of a card that is not there', SESSION + 1, () => review(999_999)],
    ['a code for nobody', 1, () => app.anyone.post('/login/otp/request', { email: 'nobody@example.org' })],
    ['a reset for nobody', 1, () => app.anyone.post('/forgot-password', { email: 'nobody@example.org' })],
    ['a wrong code', 1, () => app.anyone.post('/login/otp/verify', { ...loginCode, code: 'wrong' })],
    ['a wrong password', 1, () => app.anyone.post('/login', { ...ADA, password: 'wrong horse' })],
    ['an unknown e-mail', 1, () => app.anyone.post('/login', { ...ADA, email: 'nobody@example.org' })],
    ['settings that say nothing', SESSION + 1, () => ada.patch('/user', { username: null })],
    ['a wrong password when leaving', SESSION + 1, () => ada.send('DELETE', '/user', { password: 'wrong' })],
    [
      'a mistyped personal access token',
      0,
      () => ada.withToken(`${script.token!.slice(0, -1)}x`).get('/decks'),
    ],
    ['a refresh token that is none', 0, () => refresh(ada.token!)],
    ['a refresh token that is not known', 2, () => refresh(`${ada.id}.${ada.sessionId}.${'x'.repeat(43)}`)],
    ['a batch of nothing', SESSION, () => batch([])],
    ['a review that is not there, taken back', SESSION + 1, () => ada.delete('/reviews/999999')],
    ['figures that we compute ourselves', SESSION + 1, () => ada.put('/user/stats', { study_streak: 99 })],
  ];
  it.each(other)('%s: %d', async (_name, statements, ask) => {
    expect(await countStatements(app, ask)).toHaveLength(statements);
  });

  function addCardNowhere(): Promise<Answer> {
    return ada.post('/flashcards', { deck_id: 999_999, front_text: 'Maji', back_text: 'Water' });
  }

  it('a refresh whose answer was lost: 2, a replay: 3', async () => {
    const { body } = await ada.logIn('ada', { refresh: true });
    await refresh(body.refresh_token);
    const used = (when: string) => app.sql(`update flashlearn.used_refresh_tokens set used_at = ${when}`);
    await used(`now() + interval '1 minute'`); // however slow this machine is
    expect(await countStatements(app, () => refresh(body.refresh_token))).toHaveLength(2);
    await used(`now() - interval '1 minute'`);
    expect(await countStatements(app, () => refresh(body.refresh_token))).toHaveLength(3);
  });

  it('a personal access token costs what a login costs, and its first use one more', async () => {
    const used = `select from flashlearn.personal_access_tokens where last_used_at is not null`;
    const first = () =>
      script.get('/user').then(() => eventually(async () => (await app.sql(used)).length > 0, 'noted'));
    const looks = (statement: string) => !statement.startsWith('select from');
    expect((await countStatements(app, first)).filter(looks)).toHaveLength(SESSION + 2);
    expect(await countStatements(app, () => script.get('/user'))).toHaveLength(SESSION + 1);
  });

  it('a review costs the same the first time, the next time, forgotten or remembered; unrecorded one less', async () => {
    const deck = await ada.addDeck();
    const card = await ada.addCard(deck);
    for (const was_correct of [true, true, false, true]) {
      expect(await countStatements(app, () => review(card, { was_correct }))).toHaveLength(SESSION + 2);
    }
    const unrecorded = () => review(card, { track_reviews: false });
    expect(await countStatements(app, unrecorded)).toHaveLength(SESSION + 1);
  });
});
