import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

import { installedEsmHooks } from '../register/esm-hooks.ts';
import { manifestReader, packageOfFile, requiredFiles, watchImports } from '../register/loaded-packages.ts';
import { moduleDefinitionsOf } from '../register/module-definitions.ts';
import { RECORDER_KEY, type Recorder, recorder } from '../start/recorder-hook.ts';
import { runningTracing } from '../start/running-tracing.ts';
import { type LoadedModule, type ProcessReport, REPORT_VARIABLE } from './process-report.ts';

/** How often a report is written anew while it changes: what is killed leaves one that is not much older. */
const WRITE_INTERVAL_MS = 250;

/**
 * Records what becomes of modules in this thread, into files in the folder that the variable names; without it does
 * nothing. For `throughline-sdk doctor --run`.
 */
export function startRecorder(environment: Readonly<Record<string, string | undefined>> = process.env): void {
  const folder = environment[REPORT_VARIABLE];
  if (folder === undefined || recorder() !== undefined) return;
  const imported = new Set<string>();
  watchImports((file) => imported.add(file));
  const patched: { name: string; version: string | undefined; error?: string }[] = [];
  let loadedBefore: readonly string[] = [];
  // An application may have shut it down again by the time of a report.
  let tracingStarted = false;
  const own: Recorder = {
    beforeInstrumentations(instrumentations) {
      tracingStarted = true;
      loadedBefore = [...new Set([...requiredFiles(), ...imported].flatMap((file) => packageOfFile(file)?.name ?? []))];
      for (const definition of instrumentations.flatMap(moduleDefinitionsOf)) {
        for (const part of [definition, ...definition.files]) {
          const patch = part.patch?.bind(part);
          if (patch === undefined) continue;
          part.patch = (moduleExports, version) => {
            const entry: (typeof patched)[number] = { name: definition.name, version };
            patched.push(entry);
            try {
              return patch(moduleExports, version);
            } catch (error) {
              entry.error = String(error);
              throw error;
            }
          };
        }
      }
    },
  };
  Object.defineProperty(globalThis, RECORDER_KEY, { value: own });

  const path = join(folder, `${process.pid}-${threadId}.json`);
  let last = '';
  const write = (): void => {
    tracingStarted ||= runningTracing() !== undefined;
    const report: ProcessReport = {
      pid: process.pid,
      threadId,
      script: process.argv[1],
      tracingStarted,
      esmHooks: installedEsmHooks(),
      patched,
      loadedBefore,
      loaded: loadedModules(imported),
    };
    const text = JSON.stringify(report);
    if (text === last) return;
    last = text;
    try {
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    } catch {
      // The doctor has gone; its patient goes on.
    }
  };
  setImmediate(write).unref();
  setInterval(write, WRITE_INTERVAL_MS).unref();
  process.on('exit', write);
}

function loadedModules(imported: ReadonlySet<string>): readonly LoadedModule[] {
  const manifestOf = manifestReader();
  const found = new Map<string, LoadedModule>();
  const add = (file: string, by: LoadedModule['by']): void => {
    const owner = packageOfFile(file);
    if (owner === undefined) return;
    const key = `${by} ${owner.folder}`;
    if (!found.has(key)) found.set(key, { name: owner.name, version: manifestOf(owner.folder)?.version, by });
  };
  for (const file of requiredFiles()) add(file, 'require');
  for (const file of imported) add(file, 'import');
  return [...found.values()];
}
