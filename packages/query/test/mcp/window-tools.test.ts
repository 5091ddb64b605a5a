import { afterAll, beforeAll, expect, it } from 'vitest';
import { EPOCH_SECONDS, span } from '../spans.ts';
import { storeOf } from '../store.ts';
import { SCREEN_URL, type TestAgent, testAgent } from './agent.ts';

/** Six minutes of pages, three seconds apart; from the fourth on, version 2 of the stock is slow, fails, and asks a new cache at times. */
const shop = Array.from({ length: 120 }, (_, index) => {
  const trace = index + 1;
  const startMs = 2_000 + index * 3_000;
  const isBad = index >= 60;
  const durationMs = (isBad ? 300 : 20) + (index % 7);
  const error = isBad && index % 3 === 0;
  return [
    span({ trace, id: trace * 10, service: 'web', name: 'GET /', startMs, durationMs: durationMs + 10 }),
    span({
      trace,
      id: trace * 10 + 1,
      parent: trace * 10,
      service: 'stock',
      name: 'get item',
      startMs: startMs + 5,
      durationMs,
      error,
      resource: { 'service.version': isBad ? '2' : '1', 'host.name': 'host-b' },
    }),
    ...(isBad && index % 5 === 0
      ? [
          span({
            trace,
            id: trace * 10 + 2,
            parent: trace * 10 + 1,
            service: 'cache',
            name: 'GET',
            startMs: startMs + 6,
          }),
        ]
      : []),
  ];
}).flat();

let agent: TestAgent;
beforeAll(async () => {
  agent = await testAgent(await storeOf(shop));
});
afterAll(() => agent[Symbol.asyncDispose]());

const REFERENCE = {
  reference_start_time: String(EPOCH_SECONDS),
  reference_end_time: String(EPOCH_SECONDS + 180),
  start_time: String(EPOCH_SECONDS + 182),
  end_time: String(EPOCH_SECONDS + 400),
};
const REFERENCE_TO_SPAN = /^[\da-f]{32}\/[\da-f]{16}$/;

it('root causes are ranked, each with evidence and samples', async () => {
  const { structured } = await agent.call('find_root_causes', {
    ...REFERENCE,
    reference_end_time: String(EPOCH_SECONDS + 120),
    start_time: String(EPOCH_SECONDS + 120),
  });
  const [first] = structured.sections.services;
  expect(first).toMatchObject({ name: '⟦stock⟧', service: '⟦stock⟧', operation: '⟦get item⟧' });
  expect(first.samples[0]).toMatch(REFERENCE_TO_SPAN);
  const [traceId, spanId] = first.samples[0].split('/');
  expect(structured.links.first_sample).toBe(`${SCREEN_URL}/trace/${traceId}?span=${spanId}`);
  expect(structured.facts).toMatchObject({
    window_chosen: 'as asked',
    reference_trace_count: 40,
    found: 'causes, see below',
  });
  expect(structured.sections.attributes).toContainEqual(
    expect.objectContaining({ key: '⟦service.version⟧', value: '⟦2⟧', after_share: 1 }),
  );
});

it('without a reference the window is divided', async () => {
  const { structured } = await agent.call('find_root_causes');
  expect(structured.facts).toMatchObject({
    reference: 'the part before',
    divided_at: expect.stringMatching(/^2023-09-28T23:3/),
  });
});

it('a window without trouble has no causes, and says so', async () => {
  const { structured } = await agent.call('find_root_causes', {
    ...REFERENCE,
    start_time: String(EPOCH_SECONDS + 100),
    end_time: String(EPOCH_SECONDS + 180),
    reference_end_time: String(EPOCH_SECONDS + 100),
  });
  expect(structured).toMatchObject({
    facts: { found: 'nothing that stands out from the reference' },
    sections: { services: [], operations: [] },
  });
});

it('changes are told with when and what appeared', async () => {
  const { structured } = await agent.call('find_changes', { ...REFERENCE, limit: 50 });
  const sections = structured.sections;
  expect(sections.operations).toContainEqual(
    expect.objectContaining({
      kind: 'slower',
      service: '⟦stock⟧',
      operation: '⟦get item⟧',
      since: expect.stringMatching(/^2023-09-28T23:3\d:00/),
    }),
  );
  expect(sections.new_services).toEqual([{ name: '⟦cache⟧' }]);
  expect(sections.new_calls).toEqual([{ parent: '⟦stock⟧', child: '⟦cache⟧', call_count: 12 }]);
  expect(sections.new_errors).toMatchObject([{ service: '⟦stock⟧', count: 20 }]);
});

it('sets of traces are compared', async () => {
  const { structured } = await agent.call('compare_trace_sets', {
    a: '{ resource.service.version = "1" }',
    b: '{ resource.service.version = "2" }',
  });
  expect(structured.facts).toMatchObject({ a_trace_count: 60, b_trace_count: 60 });
  expect(structured.facts.delta_mean_duration_ms).toBeCloseTo(280, -1);
  expect(structured.sections.components[0]).toMatchObject({
    service: '⟦stock⟧',
    operation: '⟦get item⟧',
    effect_size: 1,
  });
  expect(structured.sections.structure).toContainEqual(
    expect.objectContaining({ kind: 'edge', callee: '⟦cache⟧', after_share: 0.2 }),
  );
});

it('latency is charged to who owns it', async () => {
  const { structured } = await agent.call('profile_latency', { service: 'web' });
  expect(structured.facts).toMatchObject({ service: '⟦web⟧', request_count: 120, read_trace_count: 120 });
  expect(structured.sections.operations[0]).toMatchObject({ service: '⟦stock⟧', operation: '⟦get item⟧' });
  const [requests] = structured.sections.duration;
  const columns = [...structured.sections.operations, structured.sections.duration[1]];
  const sum = columns.reduce((total: number, { mean_ms: mean }: { mean_ms: number }) => total + mean, 0);
  expect(sum).toBeCloseTo(requests.mean_ms, 1);
  expect(structured.sections.slowest[0].request).toMatch(REFERENCE_TO_SPAN);
});

it('clocks are told apart, with bounds', async () => {
  const { structured } = await agent.call('estimate_clock_skew', {});
  const hosts = structured.sections['hosts'] ?? [];
  expect(hosts.map(({ host }: { readonly host?: unknown }) => host).toSorted()).toEqual([
    '⟦cache⟧',
    '⟦host-b⟧',
    '⟦web⟧',
  ]);
  expect(structured.sections['pairs']).toMatchObject([
    { first: '⟦host-b⟧', second: '⟦web⟧', call_count: 120, offset_ms: 0, error_ms: 5 },
    { first: '⟦cache⟧', second: '⟦host-b⟧', call_count: 12, offset_ms: 0 },
  ]);
});
