// Loaded into a process before anything else: at each SIGUSR2 it says how long its event loop was kept waiting since the
// last one.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const monitor = monitorEventLoopDelay({ resolution: 5 });
monitor.enable();
process.on('SIGUSR2', () => {
  process.stdout.write(`event loop p99 ${monitor.percentile(99) / 1e6} ms\n`);
  monitor.reset();
});
