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

/** @param folder the working directory, where it would read .env and makes .data */
export function startBuiltService(env: NodeJS.ProcessEnv, folder: string): BuiltService;
