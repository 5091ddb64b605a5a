import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../../bin/throughline.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'throughline-demo-test-'));
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Node keeps a cache there, too. */
function demoFolders(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('throughline-demo-'));
}

test('the demo serves a shop with a past, and leaves nothing behind', async () => {
  const ports = ['--http', '0', '--otlp-http', '0', '--otlp-grpc', 'off', '--jaeger-http', 'off'];
  const demo = spawn(process.execPath, [BIN, 'demo', ...ports, '--rate', '1', '--log-format', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  child = demo;
  const exited = once(demo, 'exit');
  let url = '';
  for await (const line of createInterface({ input: demo.stdout })) {
    const record = JSON.parse(line) as { readonly msg: string; readonly listen?: { readonly http?: string } };
    if (record.msg !== 'ready') continue;
    url = record.listen?.http ?? '';
    break;
  }
  demo.stdout.resume();
  expect(demoFolders()).toHaveLength(1);
  // What is sent first is the past; each look waits for the server's answer, not for a time.
  let services: readonly string[] = [];
  while (!services.includes('payment')) {
    services = (await (await fetch(`${url}/v1/services`)).json()) as readonly string[];
  }
  expect(services).toEqual(expect.arrayContaining(['web', 'catalog', 'cart', 'orders', 'payment']));
  demo.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(demoFolders()).toEqual([]);
});
