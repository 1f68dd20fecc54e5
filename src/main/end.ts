/**
 * Ends the process although a shard's App is still open. `process.exit` would stop the threads first, and Node aborts when
 * one ends with an open App; replacing the process image ends all of them at once and still gives an exit code of our
 * choice. Where that cannot be done, a signal that is no clean end for any service manager.
 */
export function endNow(code: number): never {
  try {
    process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  } catch {
    // No shell on this host: the signal below ends the process.
  }
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}
