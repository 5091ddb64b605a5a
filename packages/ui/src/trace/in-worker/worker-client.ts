import type { TraceColumns } from '@throughline/model';

import type { DetailsArrival } from '../details-arrival.ts';
import { copyOfBlock, partsOf, shellOf } from './column-parts.ts';
import type { FromWorker, ToWorker, TraceWork } from './trace-work.ts';

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  /** Does it in the page. */
  readonly runHere: () => Promise<unknown>;
}

/**
 * A worker of the trace's own, started with the first task: the columns are copied to it once, in parts between which
 * the page has its turn, and the details as they come; tasks wait for what they need. Where the browser gives no worker
 * (a page opened from disk), the tasks run in the page. After `close` the next task starts another worker.
 */
export function traceWork(columns: TraceColumns, arrival: DetailsArrival): TraceWork {
  const pending = new Map<number, Pending>();
  let here: Promise<TraceWork> | undefined;
  let worker: Worker | undefined;
  let isRefused = false;
  /** What is sent when the columns are there; undefined once they are. */
  let waiting: ToWorker[] | undefined;
  let lastId = 0;

  const runHere: TraceWork['run'] = (name, request, options) => {
    // Only what is needed there is loaded: the tasks are most of the code of this page.
    here ??= import('./work-here.ts').then(({ workHere }) => workHere(columns, arrival.ended));
    return here.then((work) => work.run(name, request, options));
  };
  const refuse = (): void => {
    isRefused = true;
    worker?.terminate();
    worker = undefined;
    waiting = undefined;
    for (const task of pending.values()) task.runHere().then(task.resolve, task.reject);
    pending.clear();
  };
  const start = (): void => {
    try {
      worker = new Worker(new URL('./trace-worker.ts', import.meta.url), { type: 'module', name: 'trace' });
    } catch {
      refuse();
      return;
    }
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      const task = pending.get(data.id);
      if (task === undefined) return;
      if (data.kind === 'progress') {
        task.onProgress?.(data.progress);
        return;
      }
      pending.delete(data.id);
      if (data.kind === 'done') task.resolve(data.answer);
      else task.reject(new Error(data.message));
    });
    // Tasks answer with their own failures: this is a worker that could not be loaded.
    worker.addEventListener('error', refuse);
    waiting = [];
    copyColumns(worker);
  };
  const copyColumns = (to: Worker): void => {
    const post = (message: ToWorker, transfer: Transferable[] = []): void => to.postMessage(message, transfer);
    let parts: ReturnType<typeof partsOf> | undefined;
    let blockCount = 0;
    const copyNext = (): void => {
      // Closed, or another one has been started since.
      if (to !== worker) return;
      if (parts === undefined) {
        post({ kind: 'open', shell: shellOf(columns) });
        parts = partsOf(columns);
      }
      const { value: part } = parts.next();
      if (part !== undefined) {
        post({ kind: 'part', part }, [part.bytes.buffer]);
        setTimeout(copyOrRefuse);
        return;
      }
      if (waiting !== undefined) {
        post({ kind: 'opened' });
        for (const message of waiting) post(message);
        waiting = undefined;
      }
      const next = columns.detailBlocks[blockCount];
      if (next !== undefined) {
        const { block, buffer } = copyOfBlock(next);
        post({ kind: 'details', block }, [buffer]);
        blockCount++;
        setTimeout(copyOrRefuse);
      } else if (arrival.state().kind === 'coming') {
        const stop = arrival.subscribe(() => {
          stop();
          // Not in the turn that received them.
          setTimeout(copyOrRefuse);
        });
      } else {
        post({ kind: 'ended' });
      }
    };
    // A copy that the memory has no room for.
    const copyOrRefuse = (): void => {
      try {
        copyNext();
      } catch {
        refuse();
      }
    };
    copyOrRefuse();
  };
  const send = (message: ToWorker): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    if (waiting === undefined) worker?.postMessage(message);
    else waiting.push(message);
  };

  return {
    run: (name, request, options = {}) => {
      if (worker === undefined && !isRefused) start();
      if (isRefused) return runHere(name, request, options);
      const { signal, onProgress } = options;
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const id = ++lastId;
        pending.set(id, {
          // The task's name decides its answer; the worker runs the same tasks as this type says.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          resolve: (answer) => resolve(answer as never),
          reject,
          onProgress,
          runHere: () => runHere(name, request, options),
        });
        send({ kind: 'run', id, name, request });
        signal?.addEventListener(
          'abort',
          () => {
            if (!pending.delete(id)) return;
            send({ kind: 'abort', id });
            reject(signal.reason);
          },
          { once: true },
        );
      });
    },
    close: () => {
      worker?.terminate();
      worker = undefined;
      waiting = undefined;
      for (const task of pending.values()) task.reject(new DOMException('The trace is closed', 'AbortError'));
      pending.clear();
    },
  };
}
