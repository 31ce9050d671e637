import type { ChildProcess } from 'node:child_process';

export interface Haproxy {
  url: string;
  child: ChildProcess;
  stop(): Promise<void>;
}

export function findHaproxy(): string | undefined;
export function startHaproxy(instances: string[]): Promise<Haproxy>;
