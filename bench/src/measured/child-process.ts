import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import type { CallMessage, Calls, ReplyMessage } from './answer-calls.ts';

export interface ChildOptions {
  /** Default: the one that runs. */
  readonly node?: string;
  readonly nodeArguments?: readonly string[];
  /** Pins the whole process, worker and collector threads included. */
  readonly core?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that answers the calls of `T` (`answerCalls`). Disposal ends it. */
export interface Child<T extends Calls<T>> extends AsyncDisposable {
  readonly pid: number;
  /** Rejects with what the handler threw, or when the process ends without an answer. */
  call<K extends keyof T & string>(name: K, ...argument: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>>;
}

/** The process that is measured has a core of its own where there are two; all others share the next one. */
export const MEASURED_CORE = 0;
export const OTHER_CORE = 1;
const canPin: boolean = cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export function startChild<T extends Calls<T>>(program: string, options: ChildOptions = {}): Child<T> {
  const node = options.node ?? process.execPath;
  const nodeArguments = [...(options.nodeArguments ?? []), program];
  const pinned = canPin && options.core !== undefined;
  const child = spawn(
    pinned ? 'taskset' : node,
    pinned ? ['-c', String(options.core), node, ...nodeArguments] : nodeArguments,
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...options.env },
    },
  );
  return callsOf<T>(child, program);
}

function callsOf<T extends Calls<T>>(child: ChildProcess, program: string): Child<T> {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let ended: Error | undefined;
  let lastId = 0;
  const end = (error: Error): void => {
    ended ??= error;
    for (const call of waiting.values()) call.reject(ended);
    waiting.clear();
  };
  child.on('error', end);
  child.on('exit', (code, signal) => end(new Error(`${program} ended (${signal ?? code}) before it answered`)));
  child.on('message', ({ id, result, error }: ReplyMessage) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  return {
    pid: child.pid ?? 0,
    call: async (name, ...[argument]) => {
      if (ended !== undefined) throw ended;
      const id = ++lastId;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, name, argument } satisfies CallMessage);
      // The handler's result after JSON; `T` says its type for both ends.
      return (await answered) as never;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const exited = once(child, 'exit');
      if (child.connected) child.disconnect();
      const lastResort = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(lastResort);
    },
  };
}
