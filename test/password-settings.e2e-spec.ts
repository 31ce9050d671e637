import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BreachedPasswords } from '../src/auth/passwords/breached-passwords.js';
import { startApp, type TestApp } from './support/app.js';
import { problem } from './support/problem.js';

const STOLEN = 'seven blue bicycles';

let accounts = 0;
const signUp = (password: string, { anyone }: TestApp) => {
  const username = `mwangaza${++accounts}`;
  return anyone.post('/signup', { username, email: `${username}@example.org`, password });
};

describe('a password that is chosen', () => {
  it('must be as long as the operator says', async () => {
    const strict = await startApp({ PASSWORD_MIN_LENGTH: '15' });
    expect(await signUp('correct horse', strict)).toMatchObject(
      problem(400, 'Password must be between 15 and 256 characters', 'password'),
    );
    expect(await signUp('correct horse batt', strict)).toMatchObject({ status: 201 });
    await strict.close();
  });

  it('must not be a stolen one, where the operator wants that looked up', async () => {
    const stolen = createHash('sha1').update(STOLEN).digest('hex').toUpperCase();
    const list = createServer((_request, response) => response.end(`${stolen.slice(5)}:3`));
    list.listen(0, '127.0.0.1');
    await once(list, 'listening');
    const careful = await startApp({ BREACHED_PASSWORDS: 'on' });
    const source = `http://127.0.0.1:${(list.address() as AddressInfo).port}`;
    Object.assign(careful.app.get(BreachedPasswords), { source });

    const sentence = 'This password is in lists of stolen ones, please choose another';
    expect(await signUp(STOLEN, careful)).toMatchObject(problem(400, sentence, 'password'));
    expect(await signUp('correct horse battery', careful)).toMatchObject({ status: 201 });
    list.close();
    list.closeAllConnections();
    expect(await signUp(STOLEN, careful)).toMatchObject({ status: 201 });
    await careful.close();
  });
});
