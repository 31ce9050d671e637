import type { ChildProcess } from 'node:child_process';

export function freePort(): Promise<number>;
export function untilLogged(child: ChildProcess, pattern: RegExp): Promise<void>;
