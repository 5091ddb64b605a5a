import * as fc from 'fast-check';
import {
  adjustedCount,
  type Attributes,
  type AttributeValue,
  type InstrumentationScope,
  type Resource,
  type Span,
  type SpanEvent,
  SpanKind,
  type SpanLink,
  type SpanStatus,
  StatusCode,
} from '../src/index.ts';

/** Random spans for property tests of every package. Whatever they make can be sent as OTLP and comes back the same. */

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT32 = 2 ** 32 - 1;

/** Text that UTF-8 can carry (no lone surrogates): empty, ASCII, every plane, separators and control characters. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'GET /api/users/{id}',
      '日本語',
      '👩‍👩‍👧',
      '\u0000',
      "'; DROP TABLE spans --",
      '"\\\n\t',
      '\ufeff',
      '__proto__',
    ),
  },
);

export const arbitraryInt64: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);

export const arbitraryDouble: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, 200, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53),
);

const arbitraryScalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 4, arbitrary: arbitraryText },
  { weight: 2, arbitrary: arbitraryInt64 },
  { weight: 2, arbitrary: arbitraryDouble },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const arbitraryKey: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('http.request.method', 'http.response.status_code', 'db.system', 'error', 'k'),
  },
  { weight: 1, arbitrary: arbitraryText },
);

/** Every type, nested up to three deep. */
export const arbitraryAttributeValue: fc.Arbitrary<AttributeValue> = nested(3);

function nested(depth: number): fc.Arbitrary<AttributeValue> {
  if (depth === 0) return arbitraryScalar;
  const inner = nested(depth - 1);
  return fc.oneof(
    { weight: 6, arbitrary: arbitraryScalar },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }) },
    { weight: 1, arbitrary: mapOf(inner, 3) },
  );
}

function mapOf(value: fc.Arbitrary<AttributeValue>, maxLength: number): fc.Arbitrary<Attributes> {
  return fc
    .uniqueArray(fc.tuple(arbitraryKey, value), { maxLength, selector: ([key]) => key })
    .map((entries) => new Map(entries));
}

export const arbitraryAttributes: fc.Arbitrary<Attributes> = mapOf(arbitraryAttributeValue, 5);

/** Flat attributes without `null`s: what an SDK's user would set. */
export const arbitraryPlainAttributes: fc.Arbitrary<Attributes> = mapOf(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('GET', 'POST', 'a', 'b', 'c') },
    { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 600n }) },
    { weight: 1, arbitrary: fc.constantFrom(0.5, 1.5, 99.9) },
    { weight: 1, arbitrary: fc.boolean() },
  ),
  4,
);

function hexId(digits: number): fc.Arbitrary<string> {
  const max = 16n ** BigInt(digits) - 1n;
  return fc.bigInt({ min: 1n, max }).map((id) => id.toString(16).padStart(digits, '0'));
}

/** Never zero. */
export const arbitraryTraceId: fc.Arbitrary<string> = hexId(32);
/** Never zero. */
export const arbitrarySpanId: fc.Arbitrary<string> = hexId(16);

/** Any instant an unsigned 64-bit count of nanoseconds can hold; about half lie in the years around 2023. */
export const arbitraryInstant: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 1_672_531_200_000_000_000n, max: 1_704_067_200_000_000_000n }),
  fc.bigInt({ min: 0n, max: MAX_UINT64 }),
  fc.constantFrom(0n, 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, MAX_UINT64),
);

const arbitraryDroppedCount: fc.Arbitrary<number> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat({ max: MAX_UINT32 }) },
);

/** With and without a sampling threshold, so weights other than 1 occur. */
export const arbitraryTraceState: fc.Arbitrary<string> = fc.constantFrom(
  '',
  '',
  '',
  'vendor=value',
  'ot=th:8',
  'ot=th:c;rv:abcdefabcdefab',
  'rojo=00f067aa0ba902b7,ot=th:fd70a4',
);

const arbitrarySchemaUrl: fc.Arbitrary<string> = fc.constantFrom('', '', 'https://opentelemetry.io/schemas/1.26.0');

export const arbitraryResource: fc.Arbitrary<Resource> = fc
  .record({
    service: fc.option(fc.oneof(fc.constantFrom('frontend', 'cart', 'checkout'), arbitraryText)),
    attributes: arbitraryAttributes,
    droppedAttributesCount: arbitraryDroppedCount,
    schemaUrl: arbitrarySchemaUrl,
  })
  .map(({ service, attributes, ...rest }) => ({
    attributes:
      service === null ? attributes : new Map<string, AttributeValue>([['service.name', service], ...attributes]),
    ...rest,
  }));

export const arbitraryScope: fc.Arbitrary<InstrumentationScope> = fc.record({
  name: fc.oneof(fc.constantFrom('', '@opentelemetry/instrumentation-http'), arbitraryText),
  version: fc.constantFrom('', '0.1.0', '1.0.0-β'),
  attributes: arbitraryAttributes,
  droppedAttributesCount: arbitraryDroppedCount,
  schemaUrl: arbitrarySchemaUrl,
});

export const arbitraryEvent: fc.Arbitrary<SpanEvent> = fc.record({
  timeUnixNano: arbitraryInstant,
  name: arbitraryText,
  attributes: arbitraryAttributes,
  droppedAttributesCount: arbitraryDroppedCount,
});

export const arbitraryLink: fc.Arbitrary<SpanLink> = fc.record({
  traceId: arbitraryTraceId,
  spanId: arbitrarySpanId,
  traceState: arbitraryTraceState,
  flags: fc.constantFrom(0, 1, 0x101, 0x301),
  attributes: arbitraryAttributes,
  droppedAttributesCount: arbitraryDroppedCount,
});

const arbitraryKind: fc.Arbitrary<SpanKind> = fc.constantFrom(...Object.values(SpanKind));

export const arbitraryStatus: fc.Arbitrary<SpanStatus> = fc.record({
  code: fc.constantFrom(...Object.values(StatusCode)),
  message: fc.oneof(fc.constant(''), arbitraryText),
});

/** One span by itself; its end may lie before its start, and its weight is what its trace state says. */
export const arbitrarySpan: fc.Arbitrary<Span> = fc
  .record({
    traceId: arbitraryTraceId,
    spanId: arbitrarySpanId,
    parentSpanId: fc.oneof(fc.constant(''), arbitrarySpanId),
    traceState: arbitraryTraceState,
    flags: fc.oneof(fc.constantFrom(0, 1, 0x101, 0x301), fc.nat({ max: MAX_UINT32 })),
    name: arbitraryText,
    kind: arbitraryKind,
    startTimeUnixNano: arbitraryInstant,
    endTimeUnixNano: arbitraryInstant,
    attributes: arbitraryAttributes,
    droppedAttributesCount: arbitraryDroppedCount,
    events: fc.array(arbitraryEvent, { maxLength: 2 }),
    droppedEventsCount: arbitraryDroppedCount,
    links: fc.array(arbitraryLink, { maxLength: 2 }),
    droppedLinksCount: arbitraryDroppedCount,
    status: arbitraryStatus,
    resource: arbitraryResource,
    scope: arbitraryScope,
  })
  .map((span) => ({ ...span, weight: adjustedCount(span.traceState) }));

export interface TraceSpansOptions {
  /** 12 by default. */
  readonly maxSpans?: number;
  /** What the spans' attributes are drawn from: {@link arbitraryPlainAttributes} by default. */
  readonly attributes?: fc.Arbitrary<Attributes>;
  /** Absent: any. */
  readonly traceId?: fc.Arbitrary<string>;
}

/**
 * A sound trace as a program makes it: one root, children within their parents, a few services whose spans share
 * resource and scope by reference, in parent-before-child order. At least one span.
 */
export function arbitraryTraceSpans(options: TraceSpansOptions = {}): fc.Arbitrary<readonly Span[]> {
  const arbitraryStep = fc.record({
    parent: fc.nat(),
    service: fc.nat(),
    name: fc.constantFrom('GET /', 'GET /cart', 'SELECT', 'publish', 'work'),
    kind: arbitraryKind,
    // Shares of the parent's duration.
    from: fc.nat({ max: 1000 }),
    to: fc.nat({ max: 1000 }),
    attributes: options.attributes ?? arbitraryPlainAttributes,
    events: fc.array(arbitraryEvent, { maxLength: 1 }),
    links: fc.array(arbitraryLink, { maxLength: 1 }),
    status: arbitraryStatus,
  });
  return fc
    .record({
      traceId: options.traceId ?? arbitraryTraceId,
      firstSpanId: fc.bigInt({ min: 1n, max: 2n ** 63n }),
      start: fc.bigInt({ min: 1_672_531_200_000_000_000n, max: 1_704_067_200_000_000_000n }),
      duration: fc.bigInt({ min: 0n, max: 10_000_000_000n }),
      traceState: arbitraryTraceState,
      services: fc.array(fc.tuple(arbitraryResource, arbitraryScope), { minLength: 1, maxLength: 3 }),
      steps: fc.array(arbitraryStep, { minLength: 1, maxLength: options.maxSpans ?? 12 }),
    })
    .map(({ traceId, firstSpanId, start, duration, traceState, services, steps }) => {
      const spans: Span[] = [];
      for (const [i, { parent, service, from, to, ...step }] of steps.entries()) {
        const above = spans[parent % Math.max(i, 1)];
        const [low, high] = from < to ? [from, to] : [to, from];
        const within = above ? above.endTimeUnixNano - above.startTimeUnixNano : 0n;
        // Neither index is out of bounds: there is at least one service.
        const [resource, scope] = services[service % services.length] as [Resource, InstrumentationScope];
        spans.push({
          traceId,
          spanId: (firstSpanId + BigInt(i)).toString(16).padStart(16, '0'),
          parentSpanId: above?.spanId ?? '',
          traceState,
          flags: 0x101,
          startTimeUnixNano: above ? above.startTimeUnixNano + (within * BigInt(low)) / 1000n : start,
          endTimeUnixNano: above ? above.startTimeUnixNano + (within * BigInt(high)) / 1000n : start + duration,
          droppedAttributesCount: 0,
          droppedEventsCount: 0,
          droppedLinksCount: 0,
          resource,
          scope,
          weight: adjustedCount(traceState),
          ...step,
        });
      }
      return spans;
    });
}

/**
 * Spans of one trace with everything wrong that can be: any parent for any span (cycles, self-parents, orphans, several
 * roots), exact copies with their own objects and another order of attributes, conflicting duplicates, times all over.
 * May be empty.
 */
export function arbitraryTangledSpans(options: TraceSpansOptions = {}): fc.Arbitrary<readonly Span[]> {
  const fewIds = fc.nat({ max: 7 }).map((id) => (id + 1).toString(16).padStart(16, '0'));
  const base = 1_700_000_000_000_000_000n;
  const arbitraryTime = fc.oneof(
    { weight: 8, arbitrary: fc.bigInt({ min: base, max: base + 6n }) },
    { weight: 1, arbitrary: arbitraryInstant },
  );
  const overrides = fc.record({
    spanId: fewIds,
    parentSpanId: fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 5, arbitrary: fewIds }),
    startTimeUnixNano: arbitraryTime,
    endTimeUnixNano: arbitraryTime,
    attributes: options.attributes ?? arbitraryPlainAttributes,
    copies: fc.constantFrom(0, 0, 0, 1, 2),
  });
  return fc
    .tuple(
      options.traceId ?? arbitraryTraceId,
      fc.array(fc.tuple(arbitrarySpan, overrides), { maxLength: options.maxSpans ?? 12 }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([traceId, steps, numbers]) => {
      const spans: Span[] = [];
      for (const [span, { copies, ...fields }] of steps) {
        const original = { ...span, ...fields, traceId };
        spans.push(original);
        for (let i = 0; i < copies; i++) spans.push(copyOfSpan(original));
      }
      return shuffled(spans, () => numbers.next().value);
    });
}

/** An exact copy made of new objects, with every attribute map in reverse order. */
export function copyOfSpan(span: Span): Span {
  return {
    ...span,
    attributes: copyOfAttributes(span.attributes),
    events: span.events.map((event) => ({ ...event, attributes: copyOfAttributes(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: copyOfAttributes(link.attributes) })),
    status: { ...span.status },
    resource: { ...span.resource, attributes: copyOfAttributes(span.resource.attributes) },
    scope: { ...span.scope, attributes: copyOfAttributes(span.scope.attributes) },
  };
}

function copyOfAttributes(attributes: Attributes): Attributes {
  return new Map([...attributes].toReversed().map(([key, value]) => [key, copyOfValue(value)]));
}

function copyOfValue(value: AttributeValue): AttributeValue {
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Map) return copyOfAttributes(value);
  if (Array.isArray(value)) return value.map(copyOfValue);
  return value;
}

/** Fisher-Yates with numbers from the caller. */
function shuffled<T>(items: readonly T[], nextNumber: () => number): readonly T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = nextNumber() % (i + 1);
    // Both indices are below the length.
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
