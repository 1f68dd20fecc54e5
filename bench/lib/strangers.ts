import { type CpuTimes, cpuBetween, machineBusyUs, readCpu } from './proc.ts';
import { show } from './report.ts';

/** Other work on the machine, in cores, from which times are to be doubted. */
const DOUBT_SHARE = 0.1;

/** Begins to watch what the machine does besides these processes and this one; the answer is in cores, since then. */
export function watchStrangers(pids: readonly number[]): () => number {
  const own = [process.pid, ...pids];
  const before = { at: performance.now(), busyUs: machineBusyUs(), cpu: own.map(readCpu) };
  return () => {
    const wallUs = (performance.now() - before.at) * 1e3;
    const nothing: CpuTimes = { threads: new Map() };
    const ownUs = own.reduce((sum, pid, i) => sum + cpuBetween(before.cpu[i] ?? nothing, readCpu(pid)).ranUs, 0);
    return Math.max(0, (machineBusyUs() - before.busyUs - ownUs) / wallUs);
  };
}

/** A line of a list about the other work that there was, by round. */
export function strangersLine(shares: readonly number[]): string {
  const shown = shares.map((share) => `${show(share * 100, 0)} %`).join(', ');
  return Math.max(...shares) > DOUBT_SHARE
    ? `- **The machine had other work**: ${shown} of a core by round. Doubt the times.`
    : `- Other work on the machine: ${shown} of a core by round.`;
}
