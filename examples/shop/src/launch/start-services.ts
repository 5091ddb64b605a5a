import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '../service.ts';
import { addressVariable, type ServiceName, START_ORDER } from '../settings.ts';

const SERVICE = fileURLToPath(new URL('../service.ts', import.meta.url));
/** Node's own default folder: the services read much of the same source, and each start after the first is quicker. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');
const NAME_WIDTH = 13;

/** Disposing ends the last one first, so that nobody calls what is gone. */
export interface RunningServices extends AsyncDisposable {
  /** Of those that listen. */
  readonly addresses: ReadonlyMap<ServiceName, string>;
  /** Rejects when one of them ends by itself. */
  readonly failed: Promise<never>;
}

/** Starts services, each with the addresses of those that it calls. Their output gets their names. */
export async function startServices(
  names: readonly ServiceName[],
  env: Readonly<Record<string, string>>,
): Promise<RunningServices> {
  const known: Record<string, string> = { ...env };
  const addresses = new Map<ServiceName, string>();
  const failure = Promise.withResolvers<never>();
  // Somebody waits for it only when all have started.
  failure.promise.catch(() => {});
  const groups: ChildProcess[][] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const group of groups.toReversed()) await Promise.all(group.map(end));
  };
  const start = (name: ServiceName): ChildProcess => {
    const child = startProcess(name, known);
    child.once('exit', (code, signal) => {
      if (!stopping) failure.reject(new Error(`${name} has ended (${signal ?? code})`));
    });
    return child;
  };

  try {
    for (const group of START_ORDER) {
      const children = group.filter((name) => names.includes(name)).map(start);
      groups.push(children);
      const messages = await Promise.race([
        Promise.all(children.map((child) => once(child, 'message'))),
        failure.promise,
      ]);
      for (const [message] of messages) {
        // Services send nothing else.
        const { ready, port } = message as ReadyMessage;
        if (port === undefined) continue;
        const address = `http://127.0.0.1:${port}`;
        addresses.set(ready, address);
        known[addressVariable(ready)] = address;
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { addresses, failed: failure.promise, [Symbol.asyncDispose]: stop };
}

function startProcess(name: ServiceName, env: Readonly<Record<string, string>>): ChildProcess {
  const child = fork(SERVICE, [name], {
    execArgv: ['--conditions=throughline-source'],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of reach of the terminal's Ctrl-C: they end one after the other. Should the launcher be gone, they notice.
    detached: true,
  });
  show(name, child.stdout, console.log);
  show(name, child.stderr, console.error);
  return child;
}

function show(name: ServiceName, output: Readable | null, print: (line: string) => void): void {
  if (output === null) return;
  createInterface({ input: output }).on('line', (line) => print(`${name.padEnd(NAME_WIDTH)} ${line}`));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
