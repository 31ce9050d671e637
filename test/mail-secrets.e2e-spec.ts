import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuiltService, type BuiltService } from './support/built-service.js';
import { Client } from './support/client.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { Mailbox } from './support/mailbox.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
  DATABASE_ALLOW_PLAINTEXT: 'true',
  HOST: '127.0.0.1',
  DRAIN_SECONDS: '0',
  THROTTLE: 'off',
  LOG_LEVEL: 'trace',
};
const email = 'ada@example.org';
const [OLD, NEW] = ['canary Zq1 of the old password', 'canary Zq2 of the new password'];

let folder: string;
let database: TestDatabase;
let mailbox: Mailbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashlearn secrets '));
  mailbox = await Mailbox.open();
});
afterAll(async () => {
  await mailbox.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  database = await createDatabase();
});
const started: BuiltService[] = [];
// A test that failed half-way leaves no process behind.
afterEach(async () => {
  started.splice(0).forEach(({ child }) => child.kill('SIGKILL'));
  await database.drop();
});

const start = (env: NodeJS.ProcessEnv) => {
  const service = startBuiltService({ ...PRODUCTION, DATABASE_URL: database.serviceUrl, ...env }, folder);
  started.push(service);
  return service;
};

describe('the service in production', () => {
  it('sends mails by itself, and neither their codes nor a password are ever in its log', async () => {
    const service = start({
      SMTP_URL: mailbox.url.replace('//', '//mailer:Zq3canary@') + '?requireTLS=false',
    });
    const anyone = new Client(await service.url);
    await eventually(async () => (await anyone.get('/health/ready')).status === 200, 'ready');
    await anyone.post('/signup', { username: 'ada', email, password: OLD });

    const login = (await anyone.post('/login/otp/request', { email })).body;
    expect(Object.keys(login)).toEqual(['status', 'otp_id']);
    await eventually(async () => mailbox.to(email).length === 1, 'the login code');
    const loginCode = mailbox.codeFor(email);
    const { body } = await anyone.post('/login/otp/verify', { email, ...login, code: loginCode });

    const forgotten = (await anyone.post('/forgot-password', { email })).body;
    await eventually(async () => mailbox.to(email).length === 2, 'the reset code');
    const resetCode = mailbox.codeFor(email);
    mailbox.refuse = () => 451;
    const answer = { email, ...forgotten, code: resetCode, new_password: NEW };
    expect(await anyone.post('/reset-password', answer)).toMatchObject({ status: 200 });
    await eventually(
      async () => /"A mail \(password_changed\) was not sent/.test(service.output()),
      'refused',
    );

    service.child.kill('SIGTERM');
    const { code, output } = await service.ended;
    expect(code).toBe(0);
    for (const secret of [OLD, NEW, 'Zq', loginCode, resetCode, body.token as string])
      expect(output).not.toContain(secret);
  });

  it('without SMTP_URL says that mails are not sent, and nothing of them', async () => {
    const service = start({});
    const anyone = new Client(await service.url);
    await eventually(async () => (await anyone.get('/health/ready')).status === 200, 'ready');
    await anyone.post('/signup', { username: 'grace', email: 'grace@example.org', password: OLD });
    const { body } = await anyone.post('/login/otp/request', { email: 'grace@example.org' });
    expect(Object.keys(body as object)).toEqual(['status', 'otp_id']);
    await eventually(async () => service.output().includes('set SMTP_URL'), 'the line');
    service.child.kill('SIGTERM');
    const { output } = await service.ended;
    const lines = output.split('\n').filter((line) => line.includes('"context":"Mail"'));
    expect(lines).toEqual([expect.stringContaining('A mail was not sent: set SMTP_URL.')]);
    expect(output).not.toMatch(/Enter this code|grace@/);
  });
});

describe('the service in development', () => {
  it('shows a mail with its code in the log', async () => {
    const service = start({ NODE_ENV: 'development', MIGRATE_ON_START: 'false', LOG_LEVEL: 'info' });
    const anyone = new Client(await service.url);
    await eventually(async () => (await anyone.get('/health/ready')).status === 200, 'ready');
    await anyone.post('/signup', { username: 'lin', email: 'lin@example.org', password: OLD });
    const { body } = await anyone.post('/login/otp/request', { email: 'lin@example.org' });
    await eventually(async () => service.output().includes('Mail to lin@example.org'), 'the mail');
    expect(service.output()).toContain(`    ${body.dev_code}`);
    service.child.kill('SIGTERM');
    await service.ended;
  });
});
