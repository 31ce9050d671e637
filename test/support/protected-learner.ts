import type { TestApp } from './app.js';
import { Authenticator } from './authenticator.js';
import type { Answer, Client } from './client.js';

export const current_password = 'correct horse battery';

export interface ProtectedLearner {
  client: Client;
  id: number;
  email: string;
  /** Its present code was used to turn the second factor on. */
  phone: Authenticator;
  secret: string;
  recoveryCodes: string[];
}

/** A learner with a second factor. */
export async function protectedLearner(app: TestApp): Promise<ProtectedLearner> {
  const client = await app.signedIn();
  const { body: user } = await client.get('/user');
  const { body: begun } = await client.post('/user/two-factor', { current_password });
  const phone = new Authenticator(begun.secret);
  const { body } = await client.post('/user/two-factor/confirm', { code: phone.code() });
  const { id, email } = user;
  return { client, id, email, phone, secret: begun.secret, recoveryCodes: body.recovery_codes };
}

/** @param totp_code as a client sends it; undefined: not at all */
export function logIn(
  { anyone }: TestApp,
  email: string,
  totp_code?: unknown,
  password = current_password,
): Promise<Answer> {
  return anyone.post('/login', { email, password, totp_code });
}

export function turnOff(
  { client }: ProtectedLearner,
  code: unknown,
  password = current_password,
): Promise<Answer> {
  return client.send('DELETE', '/user/two-factor', { current_password: password, code });
}

/** What happened to an account, in its order. */
export async function eventsOf(app: TestApp, id: number): Promise<string[]> {
  const rows = await app.sql<{ event: string }>(
    'select event from flashlearn.account_events where user_id = $1 order by id',
    [id],
  );
  return rows.map(({ event }) => event);
}
