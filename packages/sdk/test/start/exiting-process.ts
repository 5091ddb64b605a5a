import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The SDK's module, for programs. */
export const INDEX: string = new URL('../../src/index.ts', import.meta.url).href;

/** Half the time that a process takes to start from source. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/throughline-tests', import.meta.url));

export interface ExitingProcess {
  readonly child: ChildProcess;
  /** Resolves when the program has printed the line. */
  readonly printed: (line: string) => Promise<void>;
  /** How it ended, and all that it wrote. */
  readonly ended: Promise<{ code: number | null; signal: string | null; lines: readonly string[]; errors: string }>;
}

/**
 * Runs a program in a process of its own: tracing has been started with the options, exporting to `endpoint`, and
 * `span(name)` makes a span.
 */
export function startProgram(endpoint: string, program: string, options: object = {}): ExitingProcess {
  const start = {
    exporters: [{ type: 'otlp', endpoint, timeoutMs: 0 }],
    resource: { detectors: [] },
    ...options,
  };
  const source = `
    import { trace } from '@opentelemetry/api';
    import { setTimeout as wait } from 'node:timers/promises';
    import { startTracing } from '${INDEX}';
    const span = (name) => trace.getTracer('t').startSpan(name).end();
    const start = () => startTracing(${JSON.stringify(start)});
    ${program}
  `;
  const args = ['--conditions=throughline-source', '--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    waiting.get(line)?.();
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
    lines,
    errors,
  }));
  return {
    child,
    ended,
    printed: async (line) => {
      if (lines.includes(line)) return;
      await Promise.race([
        new Promise<void>((resolve) => waiting.set(line, resolve)),
        ended.then(({ errors: written }) => {
          throw new Error(`the program ended without printing ${line}: ${written}`);
        }),
      ]);
    },
  };
}
