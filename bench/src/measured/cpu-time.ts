import { readFileSync } from 'node:fs';

export interface CpuTime {
  /** Of all threads of this process. */
  readonly processNs: number;
  /** Of the thread that runs JavaScript; undefined where the system does not tell (it does on Linux). */
  readonly mainThreadNs: number | undefined;
}

/** CPU that this process has used so far. Source of the thread's: `schedstat`, first field (Linux, `proc(5)`). */
export function cpuTime(): CpuTime {
  const { user, system } = process.cpuUsage();
  return { processNs: (user + system) * 1_000, mainThreadNs: mainThreadNs() };
}

function mainThreadNs(): number | undefined {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]);
  } catch {
    return undefined;
  }
}

export function cpuSince(before: CpuTime): CpuTime {
  const now = cpuTime();
  return {
    processNs: now.processNs - before.processNs,
    mainThreadNs:
      now.mainThreadNs === undefined || before.mainThreadNs === undefined
        ? undefined
        : now.mainThreadNs - before.mainThreadNs,
  };
}
