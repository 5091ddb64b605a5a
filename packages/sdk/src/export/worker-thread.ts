import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { ExporterConfig } from '../config/tracing-config.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

/** The thread that exports. */
export interface WorkerThread {
  post(message: ToWorker, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the thread has ended, with the error if that is why. */
  onEnd(listener: (error: unknown) => void): void;
  end(): Promise<void>;
}

/** Starts `exporter-worker`, which is beside this file in the sources and in the build. It does not keep the process alive. */
export function startExporterThread(config: ExporterConfig): WorkerThread {
  // In a variable: webpack would copy what it takes for a file's URL, without the files that this one needs.
  const here = import.meta.url;
  const extension = extname(new URL(here).pathname);
  const worker = new Worker(new URL(`./exporter-worker${extension}`, here), {
    workerData: { config } satisfies WorkerSettings,
    // What the application preloads, tracing itself above all, has no place in this thread.
    env: withoutPreloads(),
    execArgv: extension === '.ts' ? ['--conditions=throughline-source'] : [],
    name: 'throughline-export',
  });
  let failure: unknown;
  worker.on('error', (error) => {
    failure = error;
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (listener) => {
      worker.on('message', listener);
      // After it: a port with a listener keeps the process alive.
      worker.unref();
    },
    onEnd: (listener) =>
      void worker.once('exit', (code) => listener(failure ?? new Error(`the thread ended with code ${code}`))),
    end: async () => void (await worker.terminate()),
  };
}

function withoutPreloads(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return { ...environment, OTEL_SDK_DISABLED: 'true' };
}
