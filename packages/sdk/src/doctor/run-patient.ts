import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { addNodeOptions } from '../bin/node-options.ts';
import { type ProcessReport, readReports, REPORT_VARIABLE } from './process-report.ts';

/** How long a program may take until its tracing has started, and to end when it is asked to. */
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 3000;

export interface PatientRun {
  readonly reports: readonly ProcessReport[];
  /** Undefined if it had to be ended. */
  readonly exitCode: number | undefined;
}

/**
 * Runs a program with tracing that exports nothing, until it ends or the time is over, and gathers what its processes
 * and threads report of themselves. What it prints goes to stderr.
 *
 * @param preload options of Node.js that make it record
 * @param durationMs counted from its first report
 */
export async function runPatient(
  script: string,
  args: readonly string[],
  preload: readonly string[],
  durationMs: number,
): Promise<PatientRun> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-doctor-'));
  try {
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', process.stderr, process.stderr],
      env: {
        ...process.env,
        NODE_OPTIONS: addNodeOptions(process.env['NODE_OPTIONS'], preload),
        OTEL_TRACES_EXPORTER: 'none',
        [REPORT_VARIABLE]: folder,
      },
    });
    const ended = once(child, 'exit');
    const over = ended.then(() => true);
    const within = async (event: Promise<boolean>, timeoutMs: number): Promise<boolean> => {
      const abort = new AbortController();
      const late = delay(timeoutMs, false, { signal: abort.signal }).catch(() => false);
      const first = await Promise.race([event, late]);
      abort.abort();
      return first;
    };
    await within(Promise.race([over, firstFile(folder, ended)]), START_TIMEOUT_MS);
    const byItself = await within(over, durationMs);
    if (!byItself) {
      child.kill('SIGTERM');
      if (!(await within(over, END_TIMEOUT_MS))) {
        child.kill('SIGKILL');
        await ended;
      }
    }
    return { reports: readReports(folder), exitCode: byItself ? (child.exitCode ?? 1) : undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when a file appears in a folder, or with whatever ends the wait. */
async function firstFile(folder: string, end: Promise<unknown>): Promise<boolean> {
  const watcher = watch(folder);
  try {
    await Promise.race([once(watcher, 'change'), end]);
    return true;
  } finally {
    watcher.close();
  }
}
