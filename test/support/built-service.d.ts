import type { ChildProcess } from 'node:child_process';

export interface BuiltService {
  child: ChildProcess;
  /** Where it listens; rejects when it ends before. */
  url: Promise<string>;
  /** Never rejects. `output` is all that it said. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
  /** What it has said until now. */
  output: () => string;
}

/**
 * @param folder the working directory, where it would read .env and makes .data
 * @param options of Node.js
 */
export function startBuiltService(
  env: NodeJS.ProcessEnv,
  folder: string,
  options?: readonly string[],
): BuiltService;

/** @param args of Node.js: the script, which says where it listens as the service does */
export function startServer(args: readonly string[], env: NodeJS.ProcessEnv, folder: string): BuiltService;
