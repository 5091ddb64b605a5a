import {
  assembleTrace,
  type AttributeValue,
  emptyAttributes,
  type Resource,
  type Span,
  SpanKind,
  StatusCode,
  type Trace,
} from '@throughline/model';

/** 2023-11-14T22:13:20Z */
export const EPOCH_UNIX_NANO = 1_700_000_000_000_000_000n;
export const MS = 1_000_000;

/** A span for tests. Times are milliseconds after {@link EPOCH_UNIX_NANO}; what is not given is empty. */
export interface TestSpan {
  readonly parent?: number;
  readonly service?: string;
  readonly kind?: SpanKind;
  /** The status message; `''` fails without one. */
  readonly error?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly resource?: Readonly<Record<string, AttributeValue>>;
  readonly trace?: number;
  readonly weight?: number;
}

const resources = new Map<string, Resource>();

function resourceOf(service: string, attributes: Readonly<Record<string, AttributeValue>> = {}): Resource {
  const key = JSON.stringify([service, attributes]);
  const known = resources.get(key) ?? {
    attributes: new Map<string, AttributeValue>([['service.name', service], ...Object.entries(attributes)]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
  resources.set(key, known);
  return known;
}

export function spanIdOf(id: number): string {
  return id.toString(16).padStart(16, '0');
}

export function span(id: number, name: string, fromMs: number, toMs: number, given: TestSpan = {}): Span {
  return {
    traceId: (given.trace ?? 1).toString(16).padStart(32, '0'),
    spanId: spanIdOf(id),
    parentSpanId: given.parent === undefined ? '' : spanIdOf(given.parent),
    traceState: '',
    flags: 0,
    name,
    kind: given.kind ?? SpanKind.INTERNAL,
    startTimeUnixNano: EPOCH_UNIX_NANO + BigInt(Math.round(fromMs * MS)),
    endTimeUnixNano: EPOCH_UNIX_NANO + BigInt(Math.round(toMs * MS)),
    attributes: given.attributes === undefined ? emptyAttributes : new Map(Object.entries(given.attributes)),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: given.error === undefined ? StatusCode.UNSET : StatusCode.ERROR, message: given.error ?? '' },
    resource: resourceOf(given.service ?? 'shop', given.resource),
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: given.weight ?? 1,
  };
}

export function trace(...spans: readonly Span[]): Trace {
  return assembleTrace(spans);
}

/** Numbers between 0 and 1 that are the same on every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A trace with that many spans: random parents, children mostly within them, several services, some errors. */
export function largeTrace(spanCount: number, seed = 1): Trace {
  const random = randomFrom(seed);
  const times: { from: number; to: number }[] = [];
  const spans: Span[] = [];
  for (let i = 0; i < spanCount; i++) {
    // Half of the spans hang below a recent one, so that the tree is deep and wide.
    const parent =
      i === 0 ? undefined : random() < 0.5 ? Math.max(0, i - 1 - Math.floor(random() * 3)) : Math.floor(random() * i);
    const above = parent === undefined ? { from: 0, to: 100_000 } : (times[parent] ?? { from: 0, to: 0 });
    const length = above.to - above.from;
    const from = above.from + random() * 0.5 * length;
    const to = Math.min(from + random() * length, random() < 0.02 ? above.to * 1.1 : above.to);
    times.push({ from, to: Math.max(from, to) });
    spans.push(
      span(i + 1, `op-${Math.floor(random() * 20)}`, from, to, {
        service: `service-${Math.floor(random() * 10)}`,
        ...(parent !== undefined && { parent: parent + 1 }),
        ...(random() < 0.02 && { error: 'failed' }),
      }),
    );
  }
  return assembleTrace(spans);
}
