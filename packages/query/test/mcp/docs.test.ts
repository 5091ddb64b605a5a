import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { MCP_TOOLS } from '../../src/mcp/tools.ts';
import { span } from '../spans.ts';
import { storeOf } from '../store.ts';
import { testAgent } from './agent.ts';

const DOCS = readFileSync(new URL('../../../../docs/mcp.md', import.meta.url), 'utf8');

/** Two orders, of which the second waits for its stock. */
const agent = await testAgent(
  await storeOf(
    [100, 2_500].flatMap((durationMs, index) => {
      const trace = index + 1;
      const startMs = index * 60_000;
      const error = durationMs > 1_000;
      const id = trace * 10;
      return [
        span({ trace, id, service: 'shop', name: 'POST /orders', startMs, durationMs, error, kind: 2 }),
        span({
          trace,
          id: id + 1,
          parent: id,
          service: 'stock',
          name: 'reserve',
          startMs: startMs + 10,
          durationMs: durationMs - 20,
          error,
          kind: 2,
        }),
      ];
    }),
  ),
);
afterAll(() => agent[Symbol.asyncDispose]());

it('lists every tool', () => {
  const listed = [...DOCS.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(MCP_TOOLS.map(({ name }) => name));
});

const EXAMPLE = /`(\w+)`[^`]*\n\n```json\n([^`]*)```[^`]*```text\n([^`]*)```/g;
const examples = [...DOCS.matchAll(EXAMPLE)].map(([, name = '', args = '', answer = '']) => ({ name, args, answer }));

it('has examples', () => {
  expect(examples.map(({ name }) => name)).toEqual(['search_traces', 'diagnose_trace']);
});

it.each(examples)('answers as the example of $name says', async ({ name, args, answer }) => {
  const { text } = await agent.call(name, JSON.parse(args));
  expect(`${text}\n`).toBe(answer);
});
