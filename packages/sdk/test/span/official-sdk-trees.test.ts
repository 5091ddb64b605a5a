import {
  type Context,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  type SpanContext,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { EMPTY_CONTEXT } from '../../src/context/tracing-context.ts';
import { requestOfBatch } from '../../src/export/batch-bytes.ts';
import { RunningOverheadMonitor } from '../../src/overhead/overhead-monitor.ts';
import { createTracerProvider, type TracerProviderOptions } from '../../src/provider.ts';
import type { Sampler } from '../../src/sampling/sampler.ts';
import { applyChange } from './apply-change.ts';
import { absoluteTime, attributes, change, runs, SPAN_LIMITS, spanStart } from './span-programs.ts';

/** The clock that both SDKs read. Quarters of a millisecond are exact in doubles of milliseconds since the epoch. */
const TIME_ORIGIN_MS = 1_764_000_000_000;
let monotonicMs = 1000;

/** As `absoluteTime`, and those that depend on the clock: now, and a `performance.now()`. */
const time = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4) },
  { weight: 2, arbitrary: absoluteTime },
);

const REMOTE: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};
const FOREIGN_PARENTS: Readonly<Record<string, SpanContext>> = {
  remote: REMOTE,
  remoteUnsampled: { ...REMOTE, traceFlags: 0 },
  remoteRandom: { ...REMOTE, traceFlags: 3, traceState: createTraceState('a=1,b=2') },
  local: { ...REMOTE, isRemote: false },
  invalid: INVALID_SPAN_CONTEXT,
  upperCase: { ...REMOTE, traceId: REMOTE.traceId.toUpperCase() },
  short: { ...REMOTE, spanId: 'b7ad' },
};

const decision = fc.record({
  decision: fc.constantFrom(0 as const, 1 as const, 2 as const, 2 as const),
  attributes: fc.option(attributes, { nil: undefined }),
  traceState: fc.constantFrom(undefined, '', 'x=7'),
});

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('start' as const),
      start: spanStart,
      startTime: time,
      root: fc.constantFrom(undefined, undefined, false, true),
      /** One of the spans before, one from elsewhere, or none. */
      parent: fc.oneof(
        fc.nat(5),
        fc.nat(5),
        fc.constantFrom('remote', 'remoteUnsampled', 'remoteRandom', 'local', 'invalid', 'upperCase', 'short', 'none'),
      ),
      base: fc.constantFrom('root', 'own'),
      suppressed: fc.constantFrom('no', 'no', 'no', 'no', 'yes', 'undone'),
      /** What the sampler says, if there is one. */
      sampled: decision,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), span: fc.nat(5), change: change(time) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), span: fc.nat(5), time }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), quarters: fc.nat(10_000) }) },
);
const program = fc.array(step, { minLength: 1, maxLength: 14 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let nextDecision: (Step & { do: 'start' })['sampled'] | undefined;
const sampler: Sampler = {
  shouldSample: (_context, _traceId, _name, _kind, seen) => {
    if (nextDecision === undefined) return { decision: 2 };
    const { decision: decided, attributes: added, traceState } = nextDecision;
    // Samplers see what is valid of the attributes, and may keep it.
    const all = { ...added, ...('a' in seen ? { sawA: true } : {}) };
    return {
      decision: decided,
      attributes: all,
      ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
    };
  },
  toString: () => 'programmed',
};

function contextOf(one: Step & { do: 'start' }, spans: readonly ApiSpan[]): Context {
  let context = one.base === 'root' ? ROOT_CONTEXT : EMPTY_CONTEXT;
  if (typeof one.parent === 'number') {
    const parent = spans.length === 0 ? undefined : spans[one.parent % spans.length];
    if (parent !== undefined) context = trace.setSpan(context, parent);
  } else {
    const parent = FOREIGN_PARENTS[one.parent];
    if (parent !== undefined) context = trace.setSpanContext(context, parent);
  }
  if (one.suppressed === 'no') return context;
  const suppressed = suppressTracing(context);
  return one.suppressed === 'yes' ? suppressed : unsuppressTracing(suppressed);
}

/** Runs the program on one SDK and ends what is open. */
function run(tracer: Tracer, steps: readonly Step[]): readonly ApiSpan[] {
  monotonicMs = 1000;
  const spans: ApiSpan[] = [];
  for (const one of steps) {
    if (one.do === 'wait') {
      monotonicMs += one.quarters / 4;
      continue;
    }
    if (one.do === 'start') {
      const { name, kind, ...rest } = one.start;
      const options = { ...rest, startTime: one.startTime, root: one.root, ...(kind === undefined ? {} : { kind }) };
      nextDecision = one.sampled;
      spans.push(tracer.startSpan(name, options as never, contextOf(one, spans)));
      continue;
    }
    const span = spans.length === 0 ? undefined : spans[one.span % spans.length];
    if (span === undefined) continue;
    if (one.do === 'change') applyChange(span, one.change);
    else span.end(one.time);
  }
  for (const span of spans) span.end();
  return spans;
}

/** Ids by their first appearance, because they are random. We pass a parent's on in lower case, as they should be. */
function idNames(): (id: string | undefined) => string {
  const names = new Map<string, string>();
  return (given = '') => {
    const id = given.toLowerCase();
    if (/^0*$/.test(id) || id === REMOTE.traceId || id === REMOTE.spanId) return id;
    let name = names.get(id);
    if (name === undefined) {
      name = `#${names.size}`;
      names.set(id, name);
    }
    return name;
  };
}

type Named = ReturnType<typeof idNames>;

/** Our ids are random, which the flag of level 2 says; a parent that says so is believed. */
function comparableContext(context: SpanContext | undefined, named: Named): unknown {
  if (context === undefined) return undefined;
  return {
    traceId: named(context.traceId),
    spanId: named(context.spanId),
    sampled: context.traceFlags & 1,
    isRemote: context.isRemote === true,
    traceState: context.traceState?.serialize() ?? '',
  };
}

function comparableSpans(bytes: Uint8Array | undefined, named: Named): readonly unknown[] {
  if (bytes === undefined) return [];
  return decodeOtlpProtobuf(bytes).spans.map(({ resource, scope, ...span }: Span) => ({
    ...span,
    traceId: named(span.traceId),
    spanId: named(span.spanId),
    parentSpanId: named(span.parentSpanId),
    flags: span.flags & ~2,
    resource: resource.attributes,
    scope: scope.name,
  }));
}

/** What a processor of the official interface reads of a span that ended. */
interface ReadSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: unknown;
  readonly endTime: unknown;
  readonly duration: unknown;
  readonly status: unknown;
  readonly attributes: unknown;
  readonly events: readonly { name: string; time: unknown; attributes?: unknown; droppedAttributesCount?: unknown }[];
  readonly links: readonly { context: unknown; attributes?: unknown; droppedAttributesCount?: unknown }[];
  readonly ended: boolean;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  isRecording?(): boolean;
}

/** An array's `undefined` is the empty value: we read it as null at once, the official SDK when it exports. */
function values(object: unknown): unknown {
  if (Array.isArray(object)) return object.map((element) => values(element ?? null));
  if (typeof object !== 'object' || object === null || object instanceof Uint8Array) return object;
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, values(member)]));
}

function comparableRead(span: ReadSpan, named: Named): unknown {
  return {
    name: span.name,
    kind: span.kind,
    context: comparableContext(span.spanContext(), named),
    parent: comparableContext(span.parentSpanContext, named),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    status: span.status,
    attributes: values(span.attributes),
    events: span.events.map(({ name, time: at, attributes: own = {}, droppedAttributesCount = 0 }) => ({
      name,
      at,
      own: values(own),
      droppedAttributesCount,
    })),
    links: span.links.map(({ context, attributes: own = {}, droppedAttributesCount = 0 }) => ({
      context,
      own: values(own),
      droppedAttributesCount,
    })),
    ended: span.ended,
    isRecording: span.isRecording?.(),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}

/** Keeps what a processor sees, as it sees it at that moment. */
function keepRead(seen: unknown[]): { named: Named; processor: never } {
  const kept = { named: idNames() };
  const processor = {
    onStart: (span: ReadSpan, context: Context) =>
      void seen.push(['start', comparableContext(trace.getSpanContext(context), kept.named), span.name, span.ended]),
    onEnd: (span: ReadSpan) => void seen.push(comparableRead(span, kept.named)),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return Object.assign(kept, { processor: processor as never });
}

function withClock<T>(task: () => T): T {
  const now = vi.spyOn(Date, 'now').mockImplementation(() => TIME_ORIGIN_MS + monotonicMs);
  const monotonic = vi.spyOn(performance, 'now').mockImplementation(() => monotonicMs);
  const origin = vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(TIME_ORIGIN_MS);
  try {
    return task();
  } finally {
    for (const spy of [now, monotonic, origin]) spy.mockRestore();
  }
}

test.each([
  { title: 'as the parent', spanLimits: SPAN_LIMITS.small, given: undefined, monitor: undefined },
  { title: 'as a sampler says', spanLimits: SPAN_LIMITS.default, given: sampler, monitor: undefined },
  {
    title: 'as a sampler says, and many of them timed',
    spanLimits: SPAN_LIMITS.small,
    given: sampler,
    monitor: new RunningOverheadMonitor({ chooseInterval: () => 2 }),
  },
])(
  'random programs of several spans, sampled $title, give what the official SDK gives',
  async ({ spanLimits, given, monitor }) => {
    const exporter = new InMemorySpanExporter();
    const theirSeen: unknown[] = [];
    const theirRead = keepRead(theirSeen);
    const theirs = new TracerProvider({
      resource: resourceFromAttributes({}),
      spanLimits,
      ...(given === undefined ? {} : { sampler: given }),
      spanProcessors: [theirRead.processor, new SimpleSpanProcessor({ exporter })],
    }).getTracer('scope');
    const ourSeen: unknown[] = [];
    const ourRead = keepRead(ourSeen);
    let request: Uint8Array | undefined;
    const options: TracerProviderOptions = {
      spanLimits,
      ...(given === undefined ? {} : { sampler: given }),
      spanProcessors: [ourRead.processor],
      clock: { wallMs: () => TIME_ORIGIN_MS + monotonicMs, monotonicMs: () => monotonicMs },
      exporters: [
        {
          name: 'kept',
          async export(batch) {
            request = requestOfBatch(batch);
            return { exportedCount: batch.spanCount, droppedCount: 0 };
          },
          async shutdown() {},
        },
      ],
    };
    const provider = createTracerProvider(options, monitor);
    const ours = provider.getTracer('scope');
    const numRuns = runs(2000);
    let exportedCount = 0;
    await fc.assert(
      fc.asyncProperty(program, async (steps) => {
        for (const seen of [theirSeen, ourSeen]) seen.length = 0;
        theirRead.named = idNames();
        ourRead.named = idNames();
        const [reference, spans] = withClock(() => [run(theirs, steps), run(ours, steps)]);
        const [theirNames, ourNames] = [idNames(), idNames()];
        expect(spans.map((span) => [comparableContext(span.spanContext(), ourNames), span.isRecording()])).toEqual(
          reference.map((span) => [comparableContext(span.spanContext(), theirNames), span.isRecording()]),
        );
        expect(ourSeen).toEqual(theirSeen);
        request = undefined;
        await provider.forceFlush();
        const finished = exporter.getFinishedSpans();
        const expected = finished.length === 0 ? undefined : ProtobufTraceSerializer.serializeRequest(finished);
        exportedCount += finished.length;
        exporter.reset();
        expect(comparableSpans(request, ourNames)).toEqual(comparableSpans(expected, theirNames));
      }),
      { numRuns },
    );
    expect(exportedCount).toBeGreaterThan(numRuns / 2);
  },
);
