import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/throughline.js', import.meta.url));

/** `throughline up` as its users run it: a process of its own, on ports the system picks. */
export interface ThroughlineProcess extends AsyncDisposable {
  readonly pid: number;
  /** URLs by listener name, from the ready line. */
  readonly listen: Readonly<Record<string, string>>;
  /** From the start of the process to the ready line. */
  readonly readyAfterMs: number;
  /** Everything logged so far, a parsed JSON object a line. */
  readonly log: readonly unknown[];
  /** SIGTERM, and the exit code when it is gone. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
}

/**
 * Starts the product and waits for its ready line.
 *
 * @throws Error with the process's output if it exits before
 */
export async function startThroughline(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<ThroughlineProcess> {
  const startedAt = performance.now();
  const ports = ['--http', '--otlp-http', '--otlp-grpc', '--jaeger-http'].flatMap((flag) =>
    args.includes(flag) ? [] : [flag, '0'],
  );
  const child = spawn(process.execPath, [BIN, 'up', '--log-format', 'json', ...ports, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const log: unknown[] = [];
  const { listen, readyAfterMs } = await new Promise<{ listen: Record<string, string>; readyAfterMs: number }>(
    (resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const record = parseLine(line);
        log.push(record);
        if (record.msg === 'ready' && record.listen !== undefined) {
          resolve({ listen: record.listen, readyAfterMs: performance.now() - startedAt });
        }
      });
      void exited.then(([code, signal]) => {
        const lines = log.map((entry) => JSON.stringify(entry)).join('\n');
        reject(new Error(`throughline exited with ${String(code ?? signal)} before it was ready\n${lines}\n${errors}`));
      });
    },
  );
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    pid: pidOf(child),
    listen,
    readyAfterMs,
    log,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
    },
  };
}

/** Runs a CLI command to its end. */
export async function runThroughline(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly input?: string } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(options.input ?? '');
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

interface LogRecord {
  readonly msg?: string;
  readonly listen?: Record<string, string>;
}

function parseLine(line: string): LogRecord {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? record : { msg: line };
  } catch {
    return { msg: line };
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
}
