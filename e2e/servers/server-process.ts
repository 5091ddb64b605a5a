import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ServerOwner } from './server-owner.ts';

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly owner: ServerOwner;
  readonly cwd: string;
  /** The whole environment beside `PATH`: nothing of the machine's own servers shall leak in. */
  readonly env?: Readonly<Record<string, string>>;
  /** A line of output by which the server says that it takes connections; absent: it does from the start. */
  readonly readyLine?: string;
}

/** A server that belongs to one test. */
export interface TestServer extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number;
}

/** Lines that are kept for the message of a server that does not start. */
const MAX_KEPT_LINES = 100;

/**
 * Starts a server and waits until it is ready. Gives what stops it, with a signal that it answers by a clean end.
 *
 * @throws Error with the last output if it ends before
 */
export async function startServerProcess(
  command: ServerCommand,
): Promise<{ stop(signal: NodeJS.Signals): Promise<void> }> {
  const child = spawn(command.program, command.args, {
    ...command.owner,
    cwd: command.cwd,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', HOME: command.cwd, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    if (command.readyLine === undefined) child.once('spawn', () => resolve());
    for (const stream of [child.stdout, child.stderr] satisfies Readable[]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > MAX_KEPT_LINES) lines.shift();
        if (command.readyLine !== undefined && line.includes(command.readyLine)) resolve();
      });
    }
    exited.then(
      ([code, signal]) =>
        reject(
          new Error(`${command.program} ended with ${String(code ?? signal)} before it was ready\n${lines.join('\n')}`),
        ),
      reject,
    );
  });
  await ready;
  return { stop: (signal) => stopProcess(child, exited, signal) };
}

async function stopProcess(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await exited;
}
