import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EsmHooks } from '../register/esm-hooks.ts';

/** The variable that makes a process write what it sees of itself into a folder, one file a thread. */
export const REPORT_VARIABLE = 'THROUGHLINE_DOCTOR_REPORT';

export interface LoadedModule {
  readonly name: string;
  readonly version: string | undefined;
  readonly by: 'require' | 'import';
}

/** What one thread of one process says of itself. */
export interface ProcessReport {
  readonly pid: number;
  readonly threadId: number;
  readonly script: string | undefined;
  /** Whether tracing was started, by whomever. */
  readonly tracingStarted: boolean;
  readonly esmHooks: EsmHooks;
  /** Modules that instrumentations were given to patch, with what the patch threw. */
  readonly patched: readonly { readonly name: string; readonly version: string | undefined; readonly error?: string }[];
  /** Names of packages that were loaded before the instrumentations were there. */
  readonly loadedBefore: readonly string[];
  readonly loaded: readonly LoadedModule[];
}

/** All reports in a folder; a file that is just being written, or is none, is left out. */
export function readReports(folder: string): readonly ProcessReport[] {
  return readdirSync(folder).flatMap((file) => {
    if (!file.endsWith('.json')) return [];
    try {
      // Written by `startRecorder` of the same package.
      return [JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProcessReport];
    } catch {
      return [];
    }
  });
}
