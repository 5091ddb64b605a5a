import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeOtlpProtobuf } from '@throughline/wire';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { HOSTILE, troubledShop } from 'throughline/testing/troubled-shop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-report-'));
let server: ThroughlineProcess;
let url: string;
beforeAll(async () => {
  server = await startThroughline(['--store', 'memory:']);
  url = server.listen['http'] ?? '';
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(encodeOtlpProtobuf(troubledShop())),
  });
  if (response.status !== 200) throw new Error(await response.text());
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function report(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runCli(['report', '--url', url, ...args], terminal);
  return { code, stdout: terminal.text.out, stderr: terminal.text.err };
}

describe('throughline report', () => {
  test('--json: the faulty service first, with its version, its new error and a trace that shows it', async () => {
    const { code, stdout, stderr } = await report('--json');
    expect([code, stderr]).toEqual([0, '']);
    const answer = JSON.parse(stdout);
    expect(answer.window.chosen).toBe('last_hour_of_data');
    const [first] = answer.suspects;
    expect(first).toMatchObject({ service: 'pay', strength: 'strong' });
    expect(answer.verdict).toMatch(/^Most probable cause: pay, /);
    expect(first.marks).toContainEqual(
      expect.objectContaining({ service: 'pay', key: 'service.version', value: '2', after_share: 1, before_share: 0 }),
    );
    const sample = await (await fetch(`${url}/v1/traces/${first.sample.trace_id}`)).json();
    const span = sample.spans.find(({ span_id: id }: { span_id: string }) => id === first.sample.span_id);
    expect(span).toMatchObject({ service_name: 'pay', operation_name: 'charge' });
    expect(answer.errors.filter(({ is_new: isNew }: { is_new: boolean }) => isNew)).toHaveLength(3);
    for (const { origin } of answer.errors) expect(origin).toMatchObject({ service: 'pay', operation: 'charge' });
    const { complete, slow, critical_path: profiles } = answer;
    expect({ complete, slow: slow.traces.length, profiles: profiles.length }).toEqual({
      complete: true,
      slow: 0,
      profiles: 1,
    });
    for (const { slow_traces: slowTraces, error_traces: errorTraces } of answer.services) {
      expect(slowTraces.length).toBeLessThanOrEqual(10);
      expect(errorTraces.length).toBeLessThanOrEqual(10);
    }
  });

  test('--json: every query lists traces, and every address opens what its query lists', async () => {
    const answer = JSON.parse((await report('--json')).stdout);
    for (const { query, url: address } of answer.suspects[0].evidence) {
      const screen = new URL(address);
      expect(screen.searchParams.get('q')).toBe(query);
      const found = await (await fetch(`${url}/v1/traces?${screen.searchParams}`)).json();
      expect(found.traces.length).toBeGreaterThan(0);
    }
  });

  test('text: the verdict first, nothing that could move the cursor', async () => {
    const { code, stdout, stderr } = await report();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toMatch(/^Most probable cause: pay, /);
    expect(stdout).toContain('the last hour of the stored data, as no window was given and nothing is newer');
    expect(stdout).toContain('goes with service.version = 2: 100 % of these, 0 % of others');
    expect(stdout).not.toContain('\u001b');
  });

  test('--html: one page whose policy allows its own style sheet alone', async () => {
    const path = join(folder, 'report.html');
    const { code, stdout, stderr } = await report('--html', path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Most probable cause: pay, /);
    expect(stderr).toContain(path);
    const page = readFileSync(path, 'utf8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/<script|<img|<link|<iframe| style=| on[a-z]+="/i);
    expect(page).not.toContain(HOSTILE);
    expect(page).not.toContain('\u001b');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(page.length).toBeLessThan(300_000);
    expect((await report('--html', '-')).stdout).toMatch(/^<!doctype html>/);
  });

  test('a window without data: says so, and draws no empty plots', async () => {
    const args = ['--from', '2001-01-01T00:00:00Z', '--to', '2001-01-01T01:00:00Z'];
    const { stdout } = await report('--html', '-', ...args);
    expect(stdout).toContain('No cause: no service behaves differently within this window.');
    expect(stdout).not.toMatch(/NaN|Infinity|undefined|<svg[^>]*height="0"/);
    expect((await report(...args)).stdout).toContain('2001-01-01 00:00:00 to 2001-01-01 01:00:00 UTC (as asked)');
  });

  test('wrong usage and files that cannot be written are told', async () => {
    expect(await report('--html', join(folder, 'no', 'such', 'folder.html'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot_write_file'),
    });
    expect((await report('--html', 'x', '--json')).code).toBe(2);
    expect((await report('--services', '0')).code).toBe(2);
    const few = await report('--services', '1', '--json');
    expect(JSON.parse(few.stdout).omitted_services).toHaveLength(3);
  });
});
