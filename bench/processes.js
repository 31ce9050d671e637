// What processes cost, as Linux tells it in /proc. Elsewhere there are no such figures, and the rest is measured all the same.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS = 100; // a second; USER_HZ is 100 on every platform that Node.js runs on
const MB = 1024;

/** The numbers of `stat` behind the name, which may hold spaces: parent, then CPU ticks of it and of its dead children. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), own: sum(fields.slice(11, 13)), reaped: sum(fields.slice(13, 15)) };
}

const sum = (texts) => texts.reduce((total, text) => total + Number(text), 0);

export function childrenOf(parent) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => attempt(() => statOf(pid).parent) === parent).map(Number);
}

/** Of a process that may end at any moment. */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export const parentOf = (pid) => attempt(() => statOf(pid).parent);

/** Seconds that a process has computed, with its children if it has any, also those that have ended. */
export function cpuSeconds(pid, withChildren = false) {
  const stat = attempt(() => statOf(pid));
  if (stat === undefined) return 0;
  if (!withChildren) return stat.own / TICKS;
  const living = childrenOf(pid).map((child) => attempt(() => statOf(child).own) ?? 0);
  return (stat.own + stat.reaped + sum(living)) / TICKS;
}

/** Seconds that all cores together have computed, for whomever. */
export function machineSeconds() {
  const text = attempt(() => readFileSync('/proc/stat', 'utf8')) ?? '';
  const [user, nice, system, , , irq, softirq, steal] = text.split(/\s+/).slice(1, 9).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS || 0;
}

/** MB in use; of a family those that are shared once. */
export function memory(pid, withChildren = false) {
  const read = (name, file) => (one) => {
    const text = attempt(() => readFileSync(`/proc/${one}/${file}`, 'utf8')) ?? '';
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / MB;
  };
  if (!withChildren) return read('VmRSS', 'status')(pid);
  return sum([pid, ...childrenOf(pid)].map(read('Pss', 'smaps_rollup')));
}
