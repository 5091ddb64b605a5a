import type { DetailBlock } from '@throughline/model';

import type { ColumnPart, ColumnsShell } from './column-parts.ts';
import type { TraceTasks } from './trace-tasks.ts';

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: unknown) => void;
}

export type TaskName = keyof TraceTasks;
export type TaskRequest<Name extends TaskName> = Parameters<TraceTasks[Name]>[0];
export type TaskAnswer<Name extends TaskName> = Awaited<ReturnType<TraceTasks[Name]>>;

/** Runs the tasks of one trace, off the page's thread where it can. */
export interface TraceWork {
  /** Rejects with the signal's reason when it is aborted, and with an `Error` when the task fails. */
  run<Name extends TaskName>(name: Name, request: TaskRequest<Name>, options?: WorkOptions): Promise<TaskAnswer<Name>>;
  close(): void;
}

/** The page and the worker talk in these: the columns first, in parts, then their details and tasks. */
export type ToWorker =
  | { readonly kind: 'open'; readonly shell: ColumnsShell }
  | { readonly kind: 'part'; readonly part: ColumnPart }
  | { readonly kind: 'opened' }
  | { readonly kind: 'details'; readonly block: DetailBlock }
  /** No more details will come. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'run'; readonly id: number; readonly name: TaskName; readonly request: unknown }
  | { readonly kind: 'abort'; readonly id: number };
export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
