import { type ChildProcess, spawn } from 'node:child_process';
import { CodedError } from '@throughline/model';

/** Signals that people and supervisors send to end or wake a program. SIGUSR1 is Node.js's own, for its debugger. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGBREAK'] as const;
/** What a terminal sends to every process of its foreground group, the program included. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);

/**
 * Runs a program with this process's own input and output until it ends, and resolves with its exit code. Signals are
 * passed on to it. A program that a signal ended takes this process with it in the same way, so that a shell or a
 * supervisor sees what it would have seen.
 *
 * @throws CodedError `command_not_found`, `command_not_runnable`
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: environment });
  const stop = passSignalsOn(child);
  try {
    const { code, signal } = await ended(child, command);
    if (signal === null) return code ?? 1;
    stop();
    process.kill(process.pid, signal);
    // A signal whose default is to be ignored did not end the program; any other ends this process before it returns.
    return 128;
  } finally {
    stop();
  }
}

function ended(
  child: ChildProcess,
  command: string,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const [code, message] =
        error.code === 'ENOENT'
          ? (['command_not_found', `there is no program ${command}`] as const)
          : (['command_not_runnable', `${command} cannot be run: ${error.message}`] as const);
      reject(new CodedError(code, message, { cause: error }));
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function passSignalsOn(child: ChildProcess): () => void {
  const listeners = PASSED_ON.map((signal) => {
    const listener = (): void => {
      if (!(FROM_TERMINAL.has(signal) && process.stdin.isTTY)) child.kill(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
