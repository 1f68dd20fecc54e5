import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts CPU time of the whole process in these (USER_HZ), where the finer per-thread count is missing. */
const TICK_US = 10_000;

/** CPU time so far, in µs, by thread; and how long each thread was ready but had to wait for a core. */
export interface CpuTimes {
  readonly threads: ReadonlyMap<string, { readonly ranUs: number; readonly waitedUs: number }>;
}

/** Reads the CPU time of all threads of a process. Linux only. */
export function readCpu(pid: number): CpuTimes {
  const threads = new Map<string, { ranUs: number; waitedUs: number }>();
  try {
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      const [ran, waited] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ');
      threads.set(tid, { ranUs: Number(ran) / 1e3, waitedUs: Number(waited) / 1e3 });
    }
    return { threads };
  } catch {
    return { threads: new Map([['all', { ranUs: readTicks(pid) * TICK_US, waitedUs: 0 }]]) };
  }
}

function readTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; utime and stime are the 14th and 15th field, the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** What happened between two readings. A thread that ended in between is not counted. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): { readonly ranUs: number; readonly waitedUs: number } {
  let ranUs = 0;
  let waitedUs = 0;
  for (const [tid, now] of after.threads) {
    const then = before.threads.get(tid);
    ranUs += now.ranUs - (then?.ranUs ?? 0);
    waitedUs += now.waitedUs - (then?.waitedUs ?? 0);
  }
  return { ranUs, waitedUs };
}

export function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? Number.NaN) / 1024;
}

/** How long all cores of the machine have worked so far, in µs, whoever for. */
export function machineBusyUs(): number {
  let ms = 0;
  for (const { times } of cpus()) ms += times.user + times.nice + times.sys + times.irq;
  return ms * 1e3;
}
