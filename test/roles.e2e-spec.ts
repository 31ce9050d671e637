import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppModule } from '../src/app.module.js';
import { Roles } from '../src/auth/access.decorator.js';
import { CONFIG } from '../src/config/config.module.js';
import type { RunningConfig } from '../src/config/env.js';
import { DatabaseConnection } from '../src/database/database-connection.js';
import { ProblemFilter } from '../src/http/problem.filter.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { runCommand } from './support/command.js';

const refused = (status: number, message: string) => ({ status, body: { status, message } });

/** There is no route for a role yet; these stand for the ones to come. */
@Roles('teacher', 'admin')
@Controller('office')
class OfficeController {
  @Get()
  enter() {
    return { message: 'Come in' };
  }

  @Get('safe')
  @Roles('admin')
  open() {
    return { message: 'It is open' };
  }
}

let app: TestApp;
let office: NestExpressApplication;
let url: string;
beforeAll(async () => {
  app = await startApp();
  @Module({ imports: [AppModule.with(app.app.get<RunningConfig>(CONFIG))], controllers: [OfficeController] })
  class Office {}
  office = await NestFactory.create<NestExpressApplication>(Office, { logger: false });
  office.useGlobalFilters(new ProblemFilter());
  await office.get(DatabaseConnection).open();
  await office.listen(0, '127.0.0.1');
  url = await office.getUrl();
});
afterAll(async () => {
  await office.close();
  await app.close();
});

const role = (...words: string[]) => runCommand('role', words, { DATABASE_URL: app.databaseUrl });
const at = (path: string, learner: Client) => new Client(url, learner.token).get(path);

describe('a route for a role', () => {
  it('is closed to everybody else, and opens with the role, from the next request on', async () => {
    const ada = await app.signedIn('ada');
    const forTeachers = refused(403, 'This is for the role teacher or admin.');
    expect(await at('/office', ada)).toMatchObject(forTeachers);
    expect(await at('/office', ada)).toMatchObject({ body: { code: 'forbidden' } });

    await role('ada@example.org', 'teacher');
    expect(await at('/office', ada)).toMatchObject({ status: 200 });
    expect(await at('/office/safe', ada)).toMatchObject(refused(403, 'This is for the role admin.'));

    await role('ada@example.org', 'admin');
    expect(await at('/office/safe', ada)).toMatchObject({ status: 200 });
    expect((await ada.get('/user')).body).toMatchObject({ role: 'admin' });

    await role('ada@example.org', 'user');
    expect(await at('/office', ada)).toMatchObject(forTeachers);
  });

  it('401 without a login, whatever the role', async () => {
    expect(await at('/office', new Client(url))).toMatchObject(refused(401, 'Please log in.'));
  });

  it('asks of a personal access token the role and the scope', async () => {
    const ben = await app.signedIn('ben');
    await role('ben@example.org', 'admin');
    const withScopes = async (...scopes: string[]) =>
      ben.withToken((await ben.post('/tokens', { name: 'script', scopes })).body.token);
    expect(await at('/office/safe', await withScopes('read'))).toMatchObject({ status: 200 });
    expect(await at('/office/safe', await withScopes('write'))).toMatchObject({ status: 403 });
  });
});

describe('npm run role', () => {
  it('says in one line what it did, and records it once', async () => {
    const carl = await app.signedIn('carl');
    expect(await role(' CARL@example.org', 'admin')).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: 'carl (carl@example.org) now has the role admin; it was user.\n',
    });
    expect(await role('carl@example.org', 'admin')).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: 'carl (carl@example.org) has the role admin already.\n',
    });
    const events = await app.sql(
      `select event, details from flashlearn.account_events where user_id = $1 and event = 'role_changed'`,
      [carl.id],
    );
    expect(events).toEqual([{ event: 'role_changed', details: { from: 'user', to: 'admin' } }]);
  });

  it('fails for an address that nobody has', async () => {
    expect(await role('nobody@example.org', 'admin')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'There is no account with the e-mail address nobody@example.org.\n',
    });
  });

  it.each([
    [[]],
    [['ada@example.org']],
    [['ada@example.org', 'king']],
    [['ada', 'admin']],
    [['a@b.org', 'user', 'x']],
  ])('fails for %j, and says how it is used', async (words) => {
    expect(await role(...words)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        'Give an e-mail address and a role (user, teacher, admin): npm run role -- ada@example.org admin\n',
    });
  });

  it('fails in one line when the database cannot be reached', async () => {
    const { code, stderr } = await runCommand('role', ['ada@example.org', 'admin'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('    at ');
  });

  it('explains itself', async () => {
    expect(await role('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('npm run role --'),
    });
    expect(await role('--force')).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') });
  });
});
