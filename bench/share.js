// Holds processes to a part of a core, as hosts of small instances do: by a control group of Linux.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const PERIOD = 100_000; // in µs, as everywhere

let groups = 0;

/** @returns what lets them go again */
export function holdTo(cores, pids) {
  const isUnified = existsSync(join(ROOT, 'cgroup.controllers')); // the second version of control groups
  const above = isUnified ? ROOT : join(ROOT, 'cpu');
  const group = join(above, `flashlearn-bench-${process.pid}-${groups++}`);
  const quota = String(Math.round(cores * PERIOD));
  try {
    mkdirSync(group);
    if (isUnified) writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD}`);
    else writeFileSync(join(group, 'cpu.cfs_quota_us'), quota);
    move(pids, group);
  } catch (cause) {
    throw new Error('Only root on Linux can hold processes to a part of a core', { cause });
  }
  return () => {
    move(pids, above);
    rmdirSync(group);
  };
}

function move(pids, group) {
  for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid));
}
