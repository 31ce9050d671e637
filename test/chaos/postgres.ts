import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { locateBinaries } from '../../src/database/embedded/binaries.js';
import {
  folderArgument,
  openCluster,
  runOptions,
  serverAccount,
  type Cluster,
} from '../../src/database/embedded/cluster.js';
import { freePort, untilLogged } from '../support/server-process.js';
import { childrenOf } from '../support/system-processes.js';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '32MB',
  timezone: 'UTC',
  jit: 'off',
  // Servers are stopped here, machines are not; synchronous_commit stays on, for that is what keeps a promise.
  fsync: 'off',
};

/** A server of one's own that may be mistreated, and comes back under the same address. */
export class Postgres {
  private child: ChildProcess | undefined;
  private frozen: number[] = [];

  private constructor(
    private readonly cluster: Cluster,
    private readonly port: number,
  ) {}

  /** @param dataDir where nothing is yet */
  static async start(dataDir: string): Promise<Postgres> {
    const postgres = new Postgres(await openCluster(dataDir), await freePort());
    await postgres.start();
    return postgres;
  }

  urlOf(database: string): string {
    return `postgresql://flashlearn:${this.cluster.password}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    const { folder } = this.cluster;
    const account = await serverAccount(folder);
    const flags = Object.entries({ ...SETTINGS, port: this.port }).map(
      ([name, value]) => `--${name}=${value}`,
    );
    this.child = spawn((await locateBinaries()).postgres, ['-D', folderArgument(folder, account), ...flags], {
      ...runOptions(folder, account),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilLogged(this.child, /ready to accept connections/);
  }

  /** As `pg_ctl stop -m immediate`: no goodbye, and the next start has to recover. */
  crash = () => this.end('SIGQUIT');

  stop = () => this.end('SIGINT');

  /** Nothing answers any more, and nothing is closed. */
  freeze(): void {
    const postmaster = this.child!.pid!;
    process.kill(postmaster, 'SIGSTOP'); // first, so that it makes no more children
    this.frozen = [postmaster, ...childrenOf(postmaster)];
    this.frozen.forEach((pid) => process.kill(pid, 'SIGSTOP'));
  }

  thaw(): void {
    this.frozen.splice(0).forEach((pid) => process.kill(pid, 'SIGCONT'));
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
