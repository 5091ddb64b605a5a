import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryApp } from '../../testing/temporary-app.ts';

const BIN = fileURLToPath(new URL('../../bin/throughline-sdk.js', import.meta.url));
const SCRIPT = `
  import { trace } from '@opentelemetry/api';
  const { OTEL_SERVICE_NAME, OTEL_TRACES_EXPORTER } = process.env;
  const traced = trace.getTracer('x').startSpan('y').isRecording();
  console.log(JSON.stringify({ OTEL_SERVICE_NAME, OTEL_TRACES_EXPORTER, traced, args: process.argv.slice(2) }));
  if (process.argv[2] === 'wait') {
    setInterval(() => {}, 1000);
    process.on('SIGUSR2', () => process.exit(7));
    console.log('waiting');
  } else process.exitCode = 3;
`;
const API = fileURLToPath(new URL('../../../../node_modules/@opentelemetry/api', import.meta.url));

function app(name?: string): ReturnType<typeof temporaryApp> {
  return temporaryApp(
    { 'package.json': { name: 'app' }, 'app.mjs': SCRIPT },
    { 'node_modules/@opentelemetry/api': API },
    name,
  );
}

function start(folder: string, ...args: string[]): ReturnType<typeof spawn> {
  return spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(
  folder: string,
  ...args: string[]
): Promise<readonly [code: unknown, stdout: string, stderr: string]> {
  const child = start(folder, ...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code]: unknown[] = await once(child, 'close');
  return [code, stdout, stderr];
}

test('a program runs traced, with its variables, arguments and exit code, from a folder with spaces', async () => {
  using folder = app('throughline app "1" -');
  const flags = ['--service-name', 'shop', '--traces-exporter', 'none'];
  const said = { OTEL_SERVICE_NAME: 'shop', OTEL_TRACES_EXPORTER: 'none', traced: true };
  const direct = run(folder.folder, 'run', ...flags, '--', 'node', 'app.mjs', '--service-name', 'own arg');
  const short = run(folder.folder, 'run', ...flags, 'app.mjs', '1');
  expect(await direct).toEqual([3, `${JSON.stringify({ ...said, args: ['--service-name', 'own arg'] })}\n`, '']);
  expect(await short).toEqual([3, `${JSON.stringify({ ...said, args: ['1'] })}\n`, '']);
});

test('signals go to the program, and its end by a signal is an end by that signal', async () => {
  using folder = app();
  for (const [signal, end] of [
    ['SIGTERM', [null, 'SIGTERM']],
    ['SIGUSR2', [7, null]],
  ] as const) {
    const child = start(folder.folder, 'run', '--traces-exporter', 'none', '--', 'node', 'app.mjs', 'wait');
    if (child.stdout === null) throw new Error('no output');
    for await (const line of createInterface({ input: child.stdout })) if (line === 'waiting') break;
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual(end);
  }
});

test('mistakes are told with a code and the nearest flag', async () => {
  using folder = app();
  const [unknown, missing, help] = await Promise.all([
    run(folder.folder, 'run', '--servce-name', 'x', '--', 'node', 'app.mjs'),
    run(folder.folder, 'run', '--', 'no-such-program-here'),
    run(folder.folder, 'run', '--help'),
  ]);
  expect(unknown).toEqual([
    2,
    '',
    'throughline-sdk: invalid_usage: there is no flag --servce-name; did you mean "--service-name"?\n',
  ]);
  expect(missing).toEqual([127, '', 'throughline-sdk: command_not_found: there is no program no-such-program-here\n']);
  expect(help[0]).toBe(0);
  expect(help[1]).toContain('$ throughline-sdk run -- node app.js');
});
