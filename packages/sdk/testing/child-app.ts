import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that a test starts. */
export interface ChildApp extends AsyncDisposable {
  /** Ends its standard input, which is how these programs learn that they are done. */
  readonly finish: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when it has ended. */
  readonly ended: Promise<ChildResult>;
}

/** The variables that other tools of the machine may have set are left out. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:OTEL_|THROUGHLINE_|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...more };
}

export function startChild(
  command: string,
  args: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): ChildApp {
  const child = spawn(command, args, { cwd: folder, env: environment(variables), stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {}); // It may be gone already.
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr,
  }));
  return {
    finish: () => child.stdin.end(),
    kill: (signal) => child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a program that ends by itself. */
export async function runChild(
  command: string,
  args: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ChildResult> {
  const child = startChild(command, args, folder, variables);
  child.finish();
  return child.ended;
}
