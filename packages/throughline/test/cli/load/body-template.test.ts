import { assembleTrace, type Span } from '@throughline/model';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import { type Body, jsonBody, protobufBody } from '../../../src/cli/load/body-template.ts';
import { mixed } from '../../../src/cli/load/generate-load.ts';
import type { LoadShape } from '../../../src/cli/load/load-shape.ts';

const shape: LoadShape = {
  spansPerRequest: 50,
  spansPerTrace: 20,
  shape: 'tree',
  services: 4,
  attributes: 5,
  attributeBytes: 12,
  cardinality: 1_000,
};
const START = 1_767_225_600_123_456_789n;
const RUN = [0xdeadbeef, 0x01234567] as const;

const forms = {
  protobuf: { make: protobufBody, decode: (bytes: Uint8Array) => decodeOtlpProtobuf(bytes).spans },
  json: { make: jsonBody, decode: (bytes: Uint8Array) => decodeOtlpJson(new TextDecoder().decode(bytes)).spans },
};

function patched(body: Body, request: number): Buffer {
  body.patch({ request, run: RUN, startUnixNano: START });
  return body.bytes;
}

describe.each(Object.entries(forms))('a body in %s', (_, { make, decode }) => {
  test('holds whole traces, at the instant that was patched in', () => {
    const spans = decode(patched(make(shape), 0xabcdef01));
    expect(spans).toHaveLength(50);
    const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].map(assembleTrace);
    expect(traces.map((trace) => trace.spans.length).toSorted((a, b) => b - a)).toEqual([20, 20, 10]);
    for (const trace of traces) {
      expect(trace.issues).toEqual([]);
      expect(trace.roots).toHaveLength(1);
      expect(trace.traceId).toMatch(/^deadbeef01234567[0-9a-f]{8}abcdef01$/);
      expect(trace.startTimeUnixNano).toBe(START);
      expect(trace.endTimeUnixNano - START).toBeLessThan(1_000_000_000n);
    }
    expect(spans[0]?.attributes.size).toBe(5);
    expect(new Set(spans.map(({ resource }) => resource.attributes.get('service.name'))).size).toBe(4);
  });

  test('never repeats an id, and users as many as were asked for', () => {
    const body = make(shape);
    const ids = new Set<string>();
    const users = new Set<unknown>();
    for (let request = 0; request < 40; request++) {
      for (const span of decode(patched(body, mixed(request)))) {
        ids.add(span.spanId);
        users.add(span.attributes.get('user.id'));
      }
    }
    expect(ids.size).toBe(40 * 50);
    expect(users.size).toBeGreaterThan(800);
    expect(users.size).toBeLessThanOrEqual(1_000);
    expect([...users].every((user) => /^user-\d{8}$/.test(String(user)))).toBe(true);
  });

  test.each(['chain', 'fan', 'tree'] as const)('traces have the shape of a %s', (kind) => {
    const spans: readonly Span[] = decode(
      patched(make({ ...shape, shape: kind, spansPerTrace: 8, spansPerRequest: 8 }), 1),
    );
    const { depth } = assembleTrace(spans);
    expect(Math.max(...depth)).toBe({ chain: 7, fan: 1, tree: 3 }[kind]);
  });

  test('no attributes, one span', () => {
    const spans = decode(patched(make({ ...shape, attributes: 0, spansPerRequest: 1, spansPerTrace: 1 }), 7));
    expect(spans).toMatchObject([{ parentSpanId: '', startTimeUnixNano: START }]);
  });
});

test('both forms hold the same spans', () => {
  const [a, b] = [protobufBody(shape), jsonBody(shape)].map((body) => patched(body, 99));
  expect(forms.json.decode(b ?? Buffer.alloc(0))).toEqual(forms.protobuf.decode(a ?? Buffer.alloc(0)));
});

test('the numbers of requests are mixed one to one', () => {
  expect(new Set(Array.from({ length: 100_000 }, (_, i) => mixed(i))).size).toBe(100_000);
});
