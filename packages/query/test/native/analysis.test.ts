import { describe, expect, it } from 'vitest';
import { traceAnalysisAnswer, traceComparisonAnswer } from '../../src/native/analysis-schemas.ts';
import { testApi } from '../api.ts';
import { span, spanIdOf, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';

const page = (trace: number, queryMs: number) => [
  span({ trace, id: 1, service: 'web', name: 'GET /', durationMs: 60 + queryMs }),
  span({
    trace,
    id: 2,
    parent: 1,
    service: 'db',
    name: 'SELECT',
    startMs: 10,
    durationMs: queryMs,
    error: trace === 2,
  }),
  ...(trace === 2
    ? [span({ trace, id: 3, parent: 1, service: 'mail', name: 'send', startMs: 20 + queryMs, durationMs: 5 })]
    : []),
];
const chain = Array.from({ length: 20 }, (_, i) =>
  span({ trace: 3, id: i + 1, ...(i > 0 && { parent: i }), startMs: i, durationMs: 100 - 3 * i }),
);
const store = await storeOf([
  ...page(1, 20),
  ...page(2, 80),
  ...chain,
  span({ trace: 4, id: 2, parent: 1, service: 'lost', durationMs: 5 }),
]);
const api = await testApi(store);

const MS = 1_000_000;

describe('GET /v1/analysis/traces/:id', () => {
  it('charges the time of the trace to its spans', async () => {
    const body = await api.json(`/v1/analysis/traces/${traceIdOf(1)}`);
    traceAnalysisAnswer.parse(body);
    expect(body).toMatchObject({
      trace_id: traceIdOf(1),
      duration_nano: 80 * MS,
      root_service: 'web',
      root_operation: 'GET /',
      span_count: 2,
      error_count: 0,
      depth: 2,
      concurrency: { peak: 1, average: 1, idle_nano: 0 },
      complete: true,
      reasons: [],
    });
    expect(body.critical_path).toEqual({
      segments: [
        {
          span_id: spanIdOf(1),
          service: 'web',
          operation: 'GET /',
          kind: 'span',
          start_offset_nano: 0,
          duration_nano: 10 * MS,
        },
        {
          span_id: spanIdOf(2),
          service: 'db',
          operation: 'SELECT',
          kind: 'span',
          start_offset_nano: 10 * MS,
          duration_nano: 20 * MS,
        },
        {
          span_id: spanIdOf(1),
          service: 'web',
          operation: 'GET /',
          kind: 'span',
          start_offset_nano: 30 * MS,
          duration_nano: 50 * MS,
        },
      ],
      gap_nano: 0,
      omitted_nano: 0,
    });
    expect(
      body.services.map((each: { service: string; critical_nano: number }) => [each.service, each.critical_nano]),
    ).toEqual([
      ['web', 60 * MS],
      ['db', 20 * MS],
    ]);
    expect(body.gaps[0]).toEqual({
      kind: 'within_span',
      span_id: spanIdOf(1),
      after_span_id: spanIdOf(2),
      before_span_id: null,
      start_offset_nano: 30 * MS,
      duration_nano: 50 * MS,
      critical_nano: 50 * MS,
    });
  });

  it('names patterns with their spans', async () => {
    const { patterns } = await api.json(`/v1/analysis/traces/${traceIdOf(2)}`);
    expect(patterns).toContainEqual({
      kind: 'error_origin',
      summary: 'db SELECT failed and did not spread; web GET / did not fail',
      span_ids: [spanIdOf(2)],
      span_count: 1,
      saving_nano: 0,
      confidence: 'likely',
    });
  });

  it('cuts lists at the limit and says so, at n and n + 1', async () => {
    const whole = await api.json(`/v1/analysis/traces/${traceIdOf(3)}?limit=39`);
    expect([whole.complete, whole.critical_path.omitted_nano]).toEqual([true, 0]);
    const cut = await api.json(`/v1/analysis/traces/${traceIdOf(3)}?limit=38`);
    traceAnalysisAnswer.parse(cut);
    expect(cut.reasons).toEqual([{ code: 'analysis_limit', message: expect.any(String) }]);
    const shown = cut.critical_path.segments.reduce(
      (sum: number, each: { duration_nano: number }) => sum + each.duration_nano,
      0,
    );
    expect(cut.critical_path.segments).toHaveLength(38);
    expect(shown + cut.critical_path.omitted_nano).toBe(cut.duration_nano);
  });

  it('says what is missing, and refuses what is not there', async () => {
    const orphan = await api.json(`/v1/analysis/traces/${traceIdOf(4)}`);
    expect(orphan).toMatchObject({ complete: false, quality: { orphan_count: 1, root_count: 0 } });
    const code = async (url: string) => {
      const response = await api.get(url);
      return [response.statusCode, response.json().error.code];
    };
    expect(await code('/v1/analysis/traces/xyz')).toEqual([400, 'invalid_trace_id']);
    expect(await code('/v1/analysis/traces/77')).toEqual([404, 'trace_not_found']);
    expect(await code(`/v1/analysis/traces/${traceIdOf(1)}?limit=0`)).toEqual([400, 'invalid_parameter']);
    expect(await code(`/v1/analysis/traces/${traceIdOf(1)}?depth=1`)).toEqual([400, 'unknown_parameter']);
  });
});

describe('GET /v1/analysis/compare', () => {
  const compare = (a: number, b: number, more = ''): Promise<unknown> =>
    api.json(`/v1/analysis/compare?a=${traceIdOf(a)}&b=${traceIdOf(b)}${more}`);

  it('says what b has that a has not, and what is slower', async () => {
    const body = await compare(1, 2);
    traceComparisonAnswer.parse(body);
    expect(body).toEqual({
      a: traceIdOf(1),
      b: traceIdOf(2),
      duration_delta_nano: 60 * MS,
      gap_delta_nano: 0,
      added: [{ span_id: spanIdOf(3), service: 'mail', operation: 'send', span_count: 1, critical_nano: 5 * MS }],
      removed: [],
      slower: [
        {
          a_span_id: spanIdOf(2),
          b_span_id: spanIdOf(2),
          service: 'db',
          operation: 'SELECT',
          duration_delta_nano: 60 * MS,
          critical_delta_nano: 60 * MS,
        },
        {
          a_span_id: spanIdOf(1),
          b_span_id: spanIdOf(1),
          service: 'web',
          operation: 'GET /',
          duration_delta_nano: 60 * MS,
          critical_delta_nano: -5 * MS,
        },
      ],
      faster: [],
      reordered: [],
      complete: true,
      reasons: [],
    });
  });

  it('a trace with itself is empty', async () => {
    expect(await compare(2, 2)).toMatchObject({
      added: [],
      removed: [],
      slower: [],
      faster: [],
      reordered: [],
      duration_delta_nano: 0,
    });
  });

  it('cuts lists at the limit, and names the trace that misses something', async () => {
    expect(await compare(1, 2, '&limit=2')).toMatchObject({ complete: true });
    expect(await compare(1, 2, '&limit=1')).toMatchObject({ complete: false, reasons: [{ code: 'analysis_limit' }] });
    const { reasons } = (await compare(1, 4)) as { reasons: { message: string }[] };
    expect(reasons.every(({ message }) => message.startsWith(`Trace ${traceIdOf(4)}: `))).toBe(true);
    expect(reasons.length).toBeGreaterThan(0);
  });

  it('needs both', async () => {
    for (const url of [`/v1/analysis/compare?a=${traceIdOf(1)}`, `/v1/analysis/compare?a=${traceIdOf(1)}&b=`]) {
      const response = await api.get(url);
      expect([response.statusCode, response.json().error]).toMatchObject([
        400,
        { code: 'invalid_parameter', parameter: 'b' },
      ]);
    }
    expect((await api.get(`/v1/analysis/compare?a=${traceIdOf(1)}&b=77`)).statusCode).toBe(404);
  });
});
