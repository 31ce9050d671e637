import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command of the build, such as `doctor`, with these variables and no others, away from any `.env`. */
export function runCommand(name: string, flags: string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const file = join(import.meta.dirname, '../../dist/cli', `${name}.js`);
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...flags], { env, cwd: import.meta.dirname }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
