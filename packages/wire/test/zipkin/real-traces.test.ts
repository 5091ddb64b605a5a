import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleTrace, serviceName, type Span, SpanKind } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { decodeZipkinJson } from '../../src/zipkin/decode-zipkin-json.ts';
import { encodeZipkinSpans } from '../../src/zipkin/encode-zipkin-spans.ts';
import { hasRealData, readRealJson } from '../real-data.ts';

/** The tree as indented lines. */
function outline(spans: readonly Span[]): readonly string[] {
  const trace = assembleTrace(spans);
  return trace.spans.map(
    (span, row) => `${'  '.repeat(trace.depth[row] ?? 0)}${serviceName(span.resource)}: ${span.name}`,
  );
}

test('a recorded trace with shared spans', () => {
  const json: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/shared-spans.json'), 'utf8'));
  expect(outline(decodeZipkinJson(json).spans)).toEqual([
    'mobile-gateway: get',
    '  mobile-gateway: get',
    '    auth-service: http:/parent/auth-service/v1/authentications/',
    '      auth-service: extend-token-life',
    '  mobile-gateway: get',
    '    content-service: get /content/personal',
    '      content-service: hystrix',
    '      content-service: get',
  ]);
});

describe.skipIf(!hasRealData)('recorded traces', () => {
  test.each([
    ['ascend.json', 8, 0],
    ['messaging-kafka.json', 28, 0],
    ['yelp.json', 16, 0],
    ['smartthings-oauth-authorization.json', 175, 0],
    // 84 servers were reported in two pieces, one of them without times.
    ['smartthings-mobile-web-install.json', 957, 84],
  ])('%s', (file, spanCount, fragmentCount) => {
    const { spans, rejected, mergedFragmentCount } = decodeZipkinJson(readRealJson(`zipkin/${file}`));
    expect(rejected).toEqual({});
    expect(spans).toHaveLength(spanCount);
    expect(mergedFragmentCount).toBe(fragmentCount);

    const trace = assembleTrace(spans);
    expect(trace.spans).toHaveLength(spanCount);
    expect(trace.roots).toEqual([0]);
    const kinds = new Set(trace.issues.map(({ kind }) => kind));
    for (const kind of ['missing_parent', 'no_root', 'cycle', 'conflicting_duplicate'] as const) {
      expect(kinds).not.toContain(kind);
    }

    // No call is left with a server beside its client instead of below it.
    for (const span of spans.filter(
      (candidate) => candidate.kind === SpanKind.SERVER && candidate.parentSpanId !== '',
    )) {
      expect(spans.some(({ spanId }) => spanId === span.parentSpanId)).toBe(true);
    }

    const back = decodeZipkinJson(encodeZipkinSpans(spans));
    expect(back.spans).toEqual(spans);
  });
});
