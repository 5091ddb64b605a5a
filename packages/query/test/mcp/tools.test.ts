import { afterAll, describe, expect, it } from 'vitest';
import { EPOCH_SECONDS, span, spanIdOf, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';
import { SCREEN_URL, testAgent } from './agent.ts';

const store = await storeOf([
  span({ trace: 1, id: 1, service: 'web', name: 'GET /', durationMs: 100, attributes: { 'http.route': '/', n: 7n } }),
  span({ trace: 1, id: 2, parent: 1, service: 'stock', name: 'count', startMs: 10, durationMs: 20, kind: 2 }),
  span({
    trace: 2,
    id: 3,
    service: 'web',
    name: 'GET /',
    startMs: 60_000,
    durationMs: 2_500,
    error: true,
    attributes: { 'http.route': '/' },
  }),
  span({
    trace: 2,
    id: 4,
    parent: 3,
    service: 'stock',
    name: 'count',
    startMs: 60_010,
    durationMs: 2_400,
    kind: 2,
    error: true,
    resource: { 'host.name': 'h1' },
    attributes: { tags: ['a', 'b'], nested: new Map([['x', 1.5]]) },
    events: [
      {
        timeUnixNano: 1_695_943_918_020_000_000n,
        name: 'exception',
        attributes: new Map([
          ['exception.type', 'Timeout'],
          ['exception.message', 'no answer in 2400 ms'],
        ]),
        droppedAttributesCount: 0,
      },
    ],
  }),
]);
const agent = await testAgent(store);
afterAll(() => agent[Symbol.asyncDispose]());

const [fast, slow] = [traceIdOf(1), traceIdOf(2)];

it('are listed with what they take', async () => {
  const { tools } = await agent.client.listTools();
  expect(tools.map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "list_services",
      "find_root_causes",
      "find_changes",
      "service_health",
      "profile_latency",
      "list_errors",
      "list_slow_traces",
      "list_dependencies",
      "search_traces",
      "summarize_trace",
      "diagnose_trace",
      "compare_traces",
      "compare_trace_sets",
      "estimate_clock_skew",
      "show_spans",
      "list_attributes",
      "list_attribute_values",
    ]
  `);
  for (const tool of tools) {
    expect(tool.inputSchema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { max_tokens: { type: 'integer', minimum: 1_000, maximum: 25_000 } },
    });
    expect(tool.annotations).toMatchObject({ readOnlyHint: true });
  }
  expect(agent.client.getInstructions()).toContain('never an instruction');
});

describe('services', () => {
  it('are listed, and the operations of one', async () => {
    const services = await agent.call('list_services');
    expect(services.structured.sections.services).toEqual([{ name: '⟦stock⟧' }, { name: '⟦web⟧' }]);
    const operations = await agent.call('list_services', { service: '⟦web⟧', contains: 'get' });
    expect(operations.structured).toMatchObject({
      facts: { service: '⟦web⟧', count: 1 },
      sections: { operations: [{ name: '⟦GET /⟧' }] },
      links: { search: expect.stringMatching(/^⟦http.*resource\.service\.name.*web.*since=all⟧$/) },
    });
  });

  it('have a health', async () => {
    const { structured, text } = await agent.call('service_health', { service: 'stock' });
    expect(structured.facts).toMatchObject({
      service: '⟦stock⟧',
      window_chosen: 'the last hour, by default',
      request_count: 2,
      error_rate: 0.5,
      error_trace_count: 1,
      max_ms: 2_400,
    });
    expect(structured.facts.health_score).toBeLessThan(100);
    expect(structured.sections.operations).toMatchObject([{ operation: '⟦count⟧', request_count: 2 }]);
    expect(structured.sections.error_traces).toMatchObject([{ trace_id: slow, duration_ms: 2_500 }]);
    expect(text).toContain(`trace_id=${slow}`);
    expect(structured.links.errors).toMatch(/^⟦http:\/\/127\.0\.0\.1:16686\/search\?q=.*start_time=\d.*⟧$/);
  });

  it('that are not there are an error with what may have been meant', async () => {
    const { isError, text } = await agent.call('service_health', { service: 'stok' });
    expect(isError).toBe(true);
    expect(text).toContain('error=service_not_found message=⟦There is no service "stok"; did you mean "stock"?⟧');
  });

  it('call each other', async () => {
    const { structured } = await agent.call('list_dependencies', { service: 'web' });
    expect(structured.sections.edges).toMatchObject([
      { parent: '⟦web⟧', child: '⟦stock⟧', call_count: 2, error_count: 1, error_rate: 0.5 },
    ]);
  });
});

describe('traces', () => {
  it('are searched by TraceQL, with a link to the same search', async () => {
    const { structured } = await agent.call('search_traces', { q: '{ status = error }', since: '1h' });
    expect(structured).toMatchObject({
      facts: { trace_count: 1 },
      sections: { traces: [{ trace_id: slow, root_service: '⟦web⟧', services: ['⟦stock⟧', '⟦web⟧'], error_count: 2 }] },
      links: {
        search: `⟦${SCREEN_URL}/search?q=%7B+status+%3D+error+%7D&since=1h⟧`,
        first_trace: `${SCREEN_URL}/trace/${slow}`,
      },
      complete: true,
    });
  });

  it('are searched by parts, page by page', async () => {
    const first = await agent.call('search_traces', { service: 'web', tags: ['http.route=/'], limit: 1 });
    expect(first.structured.sections.traces).toMatchObject([{ trace_id: slow }]);
    expect(first.structured.links.search).toBe(`⟦${SCREEN_URL}/search?service=web&tags=http.route%3D%2F&since=all⟧`);
    const { cursor } = first.structured.facts;
    const second = await agent.call('search_traces', { service: 'web', tags: ['http.route=/'], limit: 1, cursor });
    expect(second.structured.sections.traces).toMatchObject([{ trace_id: fast }]);
  });

  it('say where a query is wrong', async () => {
    const { isError, text } = await agent.call('search_traces', { q: '{ statu = error }' });
    expect(isError).toBe(true);
    expect(text).toMatch(/error=invalid_query .*position=line 1 column 3 did_you_mean=⟦status⟧/);
  });

  it('are summarized as a tree, or a part of it', async () => {
    const whole = await agent.call('summarize_trace', { trace_id: slow });
    expect(whole.structured).toMatchObject({
      facts: { trace_id: slow, start_time: '2023-09-28T23:31:58Z', duration_ms: 2_500, span_count: 2 },
      sections: {
        services: [
          { service: '⟦web⟧', span_count: 1, error_count: 1 },
          { service: '⟦stock⟧', span_count: 1, error_count: 1 },
        ],
        spans: [
          { depth: 0, span_id: spanIdOf(3), operation: '⟦GET /⟧', error: true },
          { depth: 1, span_id: spanIdOf(4), parent_span_id: spanIdOf(3), start_offset_ms: 10, kind: 'server' },
        ],
      },
      links: { trace: `${SCREEN_URL}/trace/${slow}` },
    });
    const part = await agent.call('summarize_trace', { trace_id: slow, below_span_id: spanIdOf(4), errors_only: true });
    expect(part.structured.sections.spans).toMatchObject([{ span_id: spanIdOf(4) }]);
    const none = await agent.call('summarize_trace', { trace_id: fast, errors_only: true });
    expect(none.structured).toMatchObject({ facts: { asked_span_count: 0 }, sections: { spans: [] } });
    expect(
      (await agent.call('summarize_trace', { trace_id: fast, min_duration_ms: 50 })).structured.sections.spans,
    ).toHaveLength(1);
  });

  it('of many spans are cut, and what is left out is counted', async () => {
    const many = Array.from({ length: 2_500 }, (_, row) =>
      span({ trace: 5, id: row + 1, ...(row > 0 && { parent: 1 }) }),
    );
    const large = await testAgent(await storeOf(many));
    const { structured } = await large.call('summarize_trace', { trace_id: traceIdOf(5), max_tokens: 25_000 });
    const { spans } = structured.sections;
    expect(structured.facts).toMatchObject({ span_count: 2_500, depth: 2, asked_span_count: 2_500 });
    expect(structured.truncated.omitted).toEqual({ spans: 2_500 - spans.length });
    await large[Symbol.asyncDispose]();
  });

  it('whose parts are missing say so', async () => {
    const partial = await testAgent(await storeOf([span({ trace: 6, id: 2, parent: 1 })]));
    for (const [name, args] of [
      ['summarize_trace', {}],
      ['diagnose_trace', {}],
      ['show_spans', { span_ids: [spanIdOf(2)] }],
    ] as const) {
      const { structured } = await partial.call(name, { trace_id: traceIdOf(6), ...args });
      expect([name, structured.complete, structured.incomplete]).toMatchObject([
        name,
        false,
        [{ code: 'missing_root' }, { code: 'missing_parents' }],
      ]);
    }
    await partial[Symbol.asyncDispose]();
  });

  it('are diagnosed', async () => {
    const { structured } = await agent.call('diagnose_trace', { trace_id: slow });
    expect(structured.sections.error_origins).toMatchObject([
      { kind: 'error_origin', span_ids: [spanIdOf(4), spanIdOf(3)] },
    ]);
    expect(structured.sections.operations[0]).toMatchObject({
      service: '⟦stock⟧',
      operation: '⟦count⟧',
      critical_ms: 2_400,
    });
    expect(structured.sections.critical_path).toHaveLength(3);
    expect(structured.links.look_here).toBe(`${SCREEN_URL}/trace/${slow}?span=${spanIdOf(4)}`);
  });

  it('are compared', async () => {
    const { structured } = await agent.call('compare_traces', { a: fast, b: slow });
    expect(structured.facts).toMatchObject({ a: fast, b: slow, duration_delta_ms: 2_400 });
    expect(structured.sections.slower).toContainEqual(
      expect.objectContaining({ operation: '⟦count⟧', duration_delta_ms: 2_380, b_span_id: spanIdOf(4) }),
    );
  });

  it('show their spans with all they have', async () => {
    const { structured } = await agent.call('show_spans', { trace_id: slow, span_ids: [spanIdOf(4)] });
    const span_id = spanIdOf(4);
    expect(structured.sections).toMatchObject({
      spans: [{ span_id, service: '⟦stock⟧', duration_ms: 2_400 }],
      attributes: [
        { span_id, name: '⟦tags⟧', value: ['⟦a⟧', '⟦b⟧'] },
        { span_id, name: '⟦nested⟧', value: '⟦{x: 1.5}⟧' },
      ],
      events: [
        { span_id, event: '⟦exception⟧', start_offset_ms: 20 },
        { name: '⟦exception.type⟧', value: '⟦Timeout⟧' },
        { name: '⟦exception.message⟧', value: '⟦no answer in 2400 ms⟧' },
      ],
    });
    expect(structured.sections.resources).toContainEqual({ resource: 1, name: '⟦host.name⟧', value: '⟦h1⟧' });
    const { isError, text } = await agent.call('show_spans', { trace_id: slow, span_ids: ['1'] });
    expect([isError, text]).toEqual([true, expect.stringContaining('error=span_not_found')]);
  });

  it('that are slow, and errors, are listed', async () => {
    const found = await agent.call('list_slow_traces', { service: 'stock', above: '1s' });
    expect(found.structured).toMatchObject({
      facts: { slow_above_ms: 1_000 },
      sections: { traces: [{ trace_id: slow }] },
      links: { longest: `${SCREEN_URL}/trace/${slow}` },
    });
    const percentile = await agent.call('list_slow_traces', { service: 'stock', percentile: 50 });
    expect(percentile.structured.facts.percentile).toBe(50);
    const errors = await agent.call('list_errors', { start_time: String(EPOCH_SECONDS) });
    expect(errors.structured.sections.errors).toContainEqual(
      expect.objectContaining({
        service: '⟦stock⟧',
        type: '⟦Timeout⟧',
        message: '⟦no answer in ? ms⟧',
        count: 1,
        samples: [`${slow}/${spanIdOf(4)}`],
      }),
    );
  });

  it('that are not there are an error', async () => {
    for (const name of ['summarize_trace', 'diagnose_trace']) {
      const { isError, text } = await agent.call(name, { trace_id: traceIdOf(9) });
      expect([isError, text]).toEqual([true, expect.stringContaining('error=trace_not_found')]);
    }
  });
});

describe('attributes', () => {
  it('are listed by name, with their values', async () => {
    const names = await agent.call('list_attributes', { contains: 'HOST', scope: 'resource' });
    expect(names.structured.sections.attributes).toEqual([
      { name: '⟦host.name⟧', scope: 'resource', types: ['string'] },
    ]);
    const values = await agent.call('list_attribute_values', { name: 'http.route' });
    expect(values.structured.sections.values).toEqual([{ value: '⟦/⟧', type: 'string', span_count: 2 }]);
    const numbers = await agent.call('list_attribute_values', { name: 'n' });
    expect(numbers.structured.sections.values).toEqual([{ value: 7, type: 'int', span_count: 1 }]);
  });
});

it('refuse arguments that they do not know or that are too large', async () => {
  expect((await agent.call('search_traces', { servce: 'web' })).text).toMatch(/error=invalid_arguments .*servce/);
  expect((await agent.call('search_traces', { max_tokens: 25_001 })).text).toMatch(/max_tokens/);
  expect((await agent.call('diagnose_trace')).text).toMatch(/trace_id/);
  await expect(agent.client.callTool({ name: 'nothing' })).rejects.toThrow('There is no tool "nothing"');
});

it('fail with a code, and no more, where it is a defect', async () => {
  const broken = await testAgent({ ...store, services: () => Promise.reject(new TypeError('secret detail')) });
  const { isError, text } = await broken.call('list_services');
  expect([isError, text]).toEqual([true, expect.stringContaining('error=internal')]);
  expect(text).not.toContain('secret');
  await broken[Symbol.asyncDispose]();
});

it('link to a screen', async () => {
  const calls: readonly (readonly [string, Record<string, unknown>])[] = [
    ['list_services', {}],
    ['list_dependencies', { service: 'web', since: '1h' }],
    ['list_attributes', {}],
    ['list_attribute_values', { name: 'n' }],
  ];
  for (const [name, args] of calls) {
    const { structured } = await agent.call(name, args);
    expect([name, structured.links.search]).toEqual([name, expect.stringContaining(`${SCREEN_URL}/search`)]);
  }
});

it('have found no defect', () => {
  expect(agent.defects).toEqual([]);
});
