import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/database/embedded.js';
import { startBuiltService, type BuiltService } from './support/built-service.js';
import { Client } from './support/client.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { Forwarder } from './support/forwarder.js';
import { childrenOf } from './support/system-processes.js';

const SETTINGS = { JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG', LOG_LEVEL: 'warn' };

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn processes '));
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const started: BuiltService[] = [];
const start = (env: NodeJS.ProcessEnv) => {
  const service = startBuiltService({ ...SETTINGS, DATABASE_URL: database.url, ...env }, folder);
  started.push(service);
  return service;
};
// A test that failed half-way leaves no process behind.
afterEach(() => started.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

const statusOf = async (url: string, path: string) => (await new Client(url).get(path)).status;

describe('the service', () => {
  it('starts before its database, and becomes ready when that comes', async () => {
    const target = new URL(database.serviceUrl);
    const door = await Forwarder.to({ host: target.hostname, port: Number(target.port) });
    target.port = String(door.port);
    const service = start({ DATABASE_URL: target.href });
    const url = await service.url;
    const anyone = new Client(url);

    expect(await statusOf(url, '/health')).toBe(200);
    expect(await statusOf(url, '/health/startup')).toBe(503);
    expect(await statusOf(url, '/health/ready')).toBe(503);
    const refused = await anyone.post('/login', { email: 'ada@example.org', password: 'correct horse' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'starting' } });
    expect(refused.headers.get('retry-after')).toBe('5');

    await door.open();
    await eventually(async () => (await statusOf(url, '/health/ready')) === 200, 'ready');
    const ada = await anyone.signUp('ada');
    expect((await ada.get('/user')).body).toMatchObject({ username: 'ada' });

    await door.close();
    expect(await statusOf(url, '/health/ready')).toBe(503);
    expect(await statusOf(url, '/health/startup')).toBe(200);
    const during = await ada.get('/user');
    expect(during).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    await door.open();
    await eventually(async () => (await ada.get('/user')).status === 200, 'served again');

    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
    await door.close();
  });

  it('ends with one line that says what to do when the password is wrong', async () => {
    const wrong = new URL(database.serviceUrl);
    wrong.password = 'Zqx9-wrong';

    const { code, output } = await start({ DATABASE_URL: wrong.href }).ended;

    expect(code).toBe(78);
    expect(output.match(/FATAL.*/g)).toEqual([expect.stringContaining('refused the password of the user')]);
    expect(output).not.toContain('    at '); // no stack
    expect(output).not.toContain('Zqx9');
  });

  it('answers for itself, and not for a frozen database', async () => {
    const dataDir = join(folder, 'frozen');
    const server = await startEmbeddedPostgres({ dataDir });
    const service = start({ DATABASE_URL: server.url, MIGRATE_ON_START: 'true' });
    const url = await service.url;
    await eventually(async () => (await statusOf(url, '/health/ready')) === 200, 'ready');
    const ada = await new Client(url).signUp('ada');
    const postmaster = Number(
      (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0],
    );
    const children = childrenOf(postmaster);
    const signal = (name: NodeJS.Signals) =>
      [postmaster, ...children].forEach((pid) => process.kill(pid, name));

    signal('SIGSTOP');
    try {
      const asked = Date.now();
      const [live, startup, ready, read] = await Promise.all([
        ...['/health', '/health/startup', '/health/ready'].map((path) => statusOf(url, path)),
        ada.get('/decks').then(({ status }) => status),
      ]);
      expect([live, startup, ready]).toEqual([200, 200, 503]);
      expect([503, 504]).toContain(read);
      expect(Date.now() - asked).toBeLessThan(10_000);
    } finally {
      signal('SIGCONT');
    }
    await eventually(async () => (await ada.get('/decks')).status === 200, 'served again');

    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
    await server.stop();
  });

  it('starts a new worker for one that was killed, and stops them together', async () => {
    // A port of choice: a random one would be another when the only worker that listens already is the one killed.
    const { port } = await Forwarder.to({ host: '127.0.0.1', port: 0 });
    const service = start({ WEB_CONCURRENCY: '2', PORT: String(port) });
    const url = await service.url;
    const workers = () => childrenOf(service.child.pid!);
    await eventually(
      async () => workers().length === 2 && (await statusOf(url, '/health/ready')) === 200,
      'two workers',
    );
    const [victim] = workers() as [number];

    process.kill(victim, 'SIGKILL');
    await eventually(async () => workers().length === 2 && !workers().includes(victim), 'a new worker');
    await eventually(async () => (await statusOf(url, '/health/ready')) === 200, 'served on');

    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
  });
});
