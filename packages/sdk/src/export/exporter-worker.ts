/*
 * The thread of `workerExporter`: an ordinary exporter that gets its batches as messages. It is an entry of the build.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { exporterOfConfig } from './exporter-of-config.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

// Only `workerExporter` starts this thread.
const { config } = workerData as WorkerSettings;
const exporter = exporterOfConfig(config);
let reportedCpuNano = 0;
const aborters = new Map<number, AbortController>();

function answer(message: FromWorker, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved);
}

/** Since the last call; undefined before Node.js 23.9, which cannot tell it. */
function newThreadCpuNano(): number | undefined {
  if (typeof process.threadCpuUsage !== 'function') return undefined;
  const { user, system } = process.threadCpuUsage();
  const cpuNano = (user + system) * 1000 - reportedCpuNano;
  reportedCpuNano += cpuNano;
  return cpuNano;
}

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'export': {
      const aborter = new AbortController();
      aborters.set(message.id, aborter);
      const outcome = await exporter.export(message.batch, aborter.signal);
      aborters.delete(message.id);
      const threadCpuNano = newThreadCpuNano();
      const released = exporter.releasesBytes === true ? message.memory : [];
      answer(
        {
          kind: 'exported',
          id: message.id,
          outcome,
          released,
          ...(threadCpuNano === undefined ? {} : { threadCpuNano }),
        },
        released,
      );
      return;
    }
    case 'abort':
      aborters.get(message.id)?.abort();
      return;
    case 'shutdown':
      await exporter.shutdown();
      answer({ kind: 'shut_down' });
  }
}

parentPort?.on('message', (message: ToWorker) => void take(message));
answer({ kind: 'ready' });
