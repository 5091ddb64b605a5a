import type { DetailBlock } from '@throughline/model';

import { type ColumnGatherer, gatherColumns } from './column-parts.ts';
import { runTask } from './run-task.ts';
import { createTraceTasks, type TraceTasks } from './trace-tasks.ts';
import type { FromWorker, ToWorker } from './trace-work.ts';

/**
 * One trace's worker: gets its columns first, then their details and requests; several of these may be under way where
 * tasks pause or wait for details.
 */
let coming: ColumnGatherer | undefined;
let tasks: TraceTasks | undefined;
const detailBlocks: DetailBlock[] = [];
let endDetails = (): void => undefined;
const detailsEnded = new Promise<void>((resolve) => (endDetails = resolve));
const underWay = new Map<number, AbortController>();

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that made the worker
const post = (message: FromWorker): void => self.postMessage(message);

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'open':
      coming = gatherColumns(data.shell);
      break;
    case 'part':
      coming?.add(data.part);
      break;
    case 'opened':
      if (coming !== undefined) tasks = createTraceTasks(coming.columns(detailBlocks), detailsEnded);
      coming = undefined;
      break;
    case 'details':
      detailBlocks.push(data.block);
      break;
    case 'ended':
      endDetails();
      break;
    case 'abort':
      underWay.get(data.id)?.abort();
      break;
    case 'run':
      void run(data);
      break;
  }
});

async function run({ id, name, request }: Extract<ToWorker, { readonly kind: 'run' }>): Promise<void> {
  const abort = new AbortController();
  underWay.set(id, abort);
  try {
    if (tasks === undefined) throw new Error('the trace has not come yet');
    // What the page sends fits the name it sends: `TraceWork.run` is its only sender.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const answer = await runTask(tasks, name, request as never, {
      signal: abort.signal,
      onProgress: (progress) => post({ kind: 'progress', id, progress }),
      pause: () => new Promise<void>((resume) => setTimeout(resume)),
    });
    post({ kind: 'done', id, answer });
  } catch (error) {
    if (!abort.signal.aborted)
      post({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  } finally {
    underWay.delete(id);
  }
}
