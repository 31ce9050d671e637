import { hash } from '@node-rs/bcrypt';
import type { TestApp } from './app.js';

export interface FormerAccount {
  id: number;
  email: string;
  password: string;
}

/** The former service's cost. */
const COST = 12;

/** An account as the former service, in Flask, left it: the password hashed by bcrypt, in the bytes as they were typed. */
export async function formerAccount(
  app: TestApp,
  username: string,
  password: string,
  version: '2a' | '2b' | '2y' = '2b',
): Promise<FormerAccount> {
  const email = `${username}@example.org`;
  const bytes = Buffer.from(password).subarray(0, 72); // all that bcrypt looks at
  const [user] = await app.sql<{ id: number }>(
    `insert into flashlearn.users (username, username_key, email, password_hash) values ($1, $1, $2, $3)
     returning id::int`,
    [username, email, await hash(bytes, { cost: COST, version })],
  );
  return { id: user!.id, email, password };
}

export async function hashOf(app: TestApp, userId: number): Promise<string> {
  const [user] = await app.sql<{ hash: string }>(
    'select password_hash as hash from flashlearn.users where id = $1',
    [userId],
  );
  return user!.hash;
}
