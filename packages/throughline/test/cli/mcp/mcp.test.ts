import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../../bin/throughline.js', import.meta.url));
const TRACE_ID = '5b8efff798038103d269b633813fc60c';

let server: ThroughlineProcess;
let url: string;
beforeAll(async () => {
  server = await startThroughline(['--store', 'memory:']);
  url = server.listen['http'] ?? '';
  const span = {
    trace_id: TRACE_ID,
    span_id: 'eee19b7ec3c1b174',
    service_name: 'shop',
    name: 'GET /',
    start_time: 1,
    duration: 2,
  };
  const { status } = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-scope-orgid': 'agents' },
    body: JSON.stringify([span]),
  });
  if (status !== 200) throw new Error(`spans were refused with ${status}`);
});
afterAll(() => server.stop());

async function answerOver(args: readonly string[]): Promise<{ readonly answer: string; readonly stderr: string }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'mcp', ...args],
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const answer = JSON.stringify(await client.callTool({ name: 'diagnose_trace', arguments: { trace_id: TRACE_ID } }));
  await client.close();
  return { answer, stderr };
}

test('an agent asks over standard input and output', async () => {
  const { answer, stderr } = await answerOver(['--url', url, '--tenant', 'agents']);
  expect(JSON.parse(answer)).toMatchObject({
    structuredContent: {
      facts: { trace_id: TRACE_ID, duration_ms: 2_000, root_service: '⟦shop⟧' },
      links: { trace: `${url}/trace/${TRACE_ID}` },
    },
  });
  expect(stderr).toBe('');
});

test('a server that is not there is an answer', async () => {
  // Nobody listens on the discard port.
  const { answer } = await answerOver(['--url', 'http://127.0.0.1:9']);
  expect(JSON.parse(answer)).toMatchObject({
    isError: true,
    content: [
      { text: expect.stringContaining('error=unreachable message=⟦Cannot reach http://127.0.0.1:9⟧ retry=later') },
    ],
  });
});

/** As a web page's browser sends it; `fetch` does not let one say these headers. */
function statusOf(headers: Record<string, string>): Promise<number | undefined> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const common = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return new Promise((resolve, reject) => {
    request(`${url}/mcp`, { method: 'POST', headers: { ...common, ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(body);
  });
}

test('pages of strangers are kept out, also under a name of their own', async () => {
  const { port } = new URL(url);
  expect(await statusOf({})).toBe(200);
  expect(await statusOf({ origin: 'http://localhost:3000' })).toBe(200);
  expect(await statusOf({ origin: 'https://evil.example' })).toBe(403);
  expect(await statusOf({ origin: `http://evil.example:${port}`, host: `evil.example:${port}` })).toBe(421);
});
