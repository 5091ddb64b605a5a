import type { TraceColumns } from '@throughline/model';

import { runTask } from './run-task.ts';
import { createTraceTasks } from './trace-tasks.ts';
import type { TraceWork } from './trace-work.ts';

/** In this thread: for tests, and where a page may have no worker (a file opened from disk). */
export function workHere(columns: TraceColumns, detailsEnded: Promise<void>): TraceWork {
  const tasks = createTraceTasks(columns, detailsEnded);
  return {
    run: (name, request, { signal, onProgress } = {}) => {
      const context = {
        signal: signal ?? new AbortController().signal,
        onProgress: onProgress ?? (() => undefined),
        pause: () => new Promise<void>((resume) => setTimeout(resume)),
      };
      return runTask(tasks, name, request, context);
    },
    close: () => undefined,
  };
}
