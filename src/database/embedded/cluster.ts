import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import {
  access,
  lchown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { locateBinaries, type Binaries } from './binaries.js';
import { EmbeddedPostgresError, errorCode, isForbidden } from './embedded-postgres-error.js';

const run = promisify(execFile);
const NURSERY = 'postgres.new-';

/** What lies in a data folder. `folder` is PostgreSQL's own; all paths are absolute. */
export interface Cluster {
  dataDir: string;
  folder: string;
  logFile: string;
  password: string;
}

/** The account that runs the server when this process is root, which PostgreSQL refuses; else undefined. */
export type Account = { uid: number; gid: number } | undefined;

/** Opens the cluster of a data folder; makes both when they do not exist yet. */
export async function openCluster(path: string): Promise<Cluster> {
  const dataDir = resolve(path);
  const folder = join(dataDir, 'postgres');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 }); // the server's account may have to pass through
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const isNew = !existsSync(join(folder, 'PG_VERSION'));
    const cluster = {
      dataDir,
      folder,
      logFile: join(dataDir, 'postgres.log'),
      password: await readPassword(dataDir, isNew),
    };
    if (isNew) await initialise(cluster);
    return cluster;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be used (${errorCode(error) ?? String(error)}). ` +
        'Make it writable for this user, or set DATA_DIR to another folder.',
    );
  }
}

/** Throws EmbeddedPostgresError if another major version wrote the cluster: no server reads the data of another one. */
export async function checkVersion({ dataDir, folder }: Cluster, { version }: Binaries): Promise<void> {
  const written = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  const major = majorOf(version);
  if (written === String(major)) return;
  throw new EmbeddedPostgresError(
    `The data folder ${dataDir} was written by PostgreSQL ${written}, but the server here is PostgreSQL ${major}. ` +
      `Export it with pg_dump and PostgreSQL ${written} and import it again, or set DATA_DIR to another folder.`,
  );
}

/** Whoever owns the cluster runs its server. A root-owned one (new, or copied by root) is handed to `postgres` or `nobody`. */
export async function serverAccount(folder: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) return { uid, gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = ['postgres', 'nobody']
    .map((name) => accounts.find((account) => account[0] === name))
    .find(Boolean);
  if (!found) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it. ' +
        'Start Flashlearn as another user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  const account = { uid: Number(found[2]), gid: Number(found[3]) };
  // The folder itself comes last: as long as it is root's, this is not finished.
  for (const entry of [...(await readdir(folder, { recursive: true })), '']) {
    await lchown(join(folder, entry), account.uid, account.gid);
  }
  return account;
}

/** How to run a server program on a folder as that account. It needs few variables, and none of our secrets. */
export function runOptions(folder: string, account: Account) {
  return { ...account, cwd: folder, env: { LC_ALL: 'C' }, windowsHide: true };
}

/** Under another account, only the inherited working directory leads to a folder below one that is closed to it. */
export function folderArgument(folder: string, account: Account): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** Reads the password, or makes one for a new cluster: complete from the start, whoever else does the same. */
async function readPassword(dataDir: string, isNew: boolean): Promise<string> {
  const file = join(dataDir, 'postgres-password');
  if (isNew && !existsSync(file)) {
    const draft = `${file}.${randomBytes(6).toString('hex')}`;
    await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await link(draft, file).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const reason = isForbidden(error)
      ? 'belongs to another user: start Flashlearn as that user'
      : 'is missing: restore it';
    throw new EmbeddedPostgresError(`The file ${file} ${reason}, or set DATA_DIR to another folder.`);
  }
}

/** Made in a folder beside and moved into place when complete, so that half a cluster can never be found. */
async function initialise(cluster: Cluster): Promise<void> {
  const binaries = await locateBinaries();
  const nursery = await mkdtemp(join(cluster.dataDir, NURSERY));
  try {
    await mkdir(join(nursery, 'postgres'), { mode: 0o700 });
    await writeFile(join(nursery, 'password'), cluster.password, { mode: 0o600 });
    await serverAccount(nursery);
    await runInitdb(join(nursery, 'postgres'), binaries);
    await rename(join(nursery, 'postgres'), cluster.folder);
  } catch (error) {
    // Another start may have been faster; its cluster has the same password.
    if (!existsSync(join(cluster.folder, 'PG_VERSION'))) throw initdbError(cluster, error);
  } finally {
    await rm(nursery, { recursive: true, force: true });
  }
  // The cluster stands, so what killed starts left is of no use, nor what slower ones still make.
  for (const name of await readdir(cluster.dataDir)) {
    if (!name.startsWith(NURSERY)) continue;
    await rm(join(cluster.dataDir, name), { recursive: true, force: true }).catch(() => {});
  }
}

async function runInitdb(folder: string, { initdb, version }: Binaries): Promise<void> {
  const account = await serverAccount(folder);
  // The provider of 17 sorts and folds case alike on every system; the C library still classifies letters for search.
  const provider = majorOf(version) >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const ctype = { linux: 'C.UTF-8', darwin: 'en_US.UTF-8' }[process.platform as string] ?? 'C';
  const locale = ['--encoding=UTF8', '--locale=C', `--lc-ctype=${ctype}`, ...provider];
  const login = ['-U', 'flashlearn', '-A', 'scram-sha-256', `--pwfile=${join('..', 'password')}`];
  await run(
    initdb,
    ['-D', folderArgument(folder, account), ...login, ...locale],
    runOptions(folder, account),
  );
}

function initdbError(cluster: Cluster, error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const output = ((error as { stderr?: string }).stderr ?? '').trim();
  const reason = output.split('\n').findLast((line) => line.includes('error:')) ?? output.split('\n').at(-1);
  return new EmbeddedPostgresError(
    `PostgreSQL cannot make a cluster in ${cluster.folder}: ${reason || String(error)}. ` +
      'Mend that, or set DATA_DIR to another folder.',
  );
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
