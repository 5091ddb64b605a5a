import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;

/** CPU seconds of a process by thread name (Linux); empty elsewhere. */
export function cpuSecondsByThread(pid: number): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  let tasks: string[];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return seconds;
  }
  for (const task of tasks) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    } catch {
      continue; // The thread is gone.
    }
    const name = task === String(pid) ? 'main (JavaScript)' : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    seconds.set(name, (seconds.get(name) ?? 0) + ticks / TICKS_PER_SECOND);
  }
  return seconds;
}

/** CPU seconds of a whole process, threads that are gone included (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const REST_STEP_MS = 1_000;
const REST_CPU_SECONDS = 0.05;
const MAX_REST_STEPS = 60;

/** Waits until a process has next to nothing left to do, such as merges of what was just stored; a minute at most. */
export async function untilAtRest(pid: number): Promise<void> {
  for (let step = 0; step < MAX_REST_STEPS; step++) {
    const before = cpuSeconds(pid);
    await delay(REST_STEP_MS);
    if (cpuSeconds(pid) - before <= REST_CPU_SECONDS) return;
  }
}

/** Resident memory in MiB (Linux). */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
