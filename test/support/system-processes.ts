import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface SystemProcess {
  pid: number;
  parent: number;
  /** As ps shows it; Z is a dead process that nobody has collected. */
  state: string;
}

/** From /proc where there is one: a slim container has no ps. */
function systemProcesses(): SystemProcess[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

function fromProc(): SystemProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name in brackets may hold blanks and brackets; state and parent follow its last bracket.
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent), state }];
      } catch {
        return []; // ended meanwhile
      }
    });
}

function fromPs(): SystemProcess[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=']).toString().trim().split('\n');
  return lines.map((line) => {
    const [pid, parent, state = ''] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), state };
  });
}

export function childrenOf(parent: number): number[] {
  return systemProcesses()
    .filter((candidate) => candidate.parent === parent)
    .map(({ pid }) => pid);
}

/** Whether the process is there and not a corpse. */
export function isRunning(pid: number | undefined): boolean {
  const found = systemProcesses().find((candidate) => candidate.pid === pid);
  return found !== undefined && !found.state.startsWith('Z');
}
