import { context, diag, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import {
  memoryExporter,
  SamplingDecision,
  startTracing,
  type StartTracingOptions,
  type Tracing,
  TracingConfigError,
} from '../../src/index.ts';
import { registeredGlobal } from '../../src/start/register-globals.ts';

const lines: string[] = [];
const started: Tracing[] = [];

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});

afterEach(async () => {
  for (const tracing of started.splice(0)) await tracing.shutdown();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  lines.length = 0;
});

function start(options: StartTracingOptions = {}): Tracing {
  const tracing = startTracing({ exporters: [], resource: { detectors: [] }, ...options });
  started.push(tracing);
  return tracing;
}

const PARENT = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

test('spans of the API go to every exporter, with the resource, until the shutdown', async () => {
  const [one, two] = [memoryExporter(), memoryExporter()];
  const tracing = start({ serviceName: 'shop', customExporters: [one, two] });
  const tracer = trace.getTracer('checkout', '2.0');
  tracer.startActiveSpan('pay', (span) => {
    tracer.startSpan('charge').end();
    span.end();
  });
  await tracing.forceFlush();
  for (const exporter of [one, two]) {
    expect(exporter.spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['charge', exporter.spans[1]?.spanId],
      ['pay', ''],
    ]);
    expect(exporter.spans[0]?.resource.attributes.get('service.name')).toBe('shop');
    expect(exporter.spans[0]?.scope).toMatchObject({ name: 'checkout', version: '2.0' });
  }
  await tracing.shutdown();
  trace.getTracer('checkout').startSpan('late').end();
  expect(one.spans.length).toBe(2);
});

test("the official SDK's exporters and processors, and any sampler", async () => {
  const [exporter, processed] = [new InMemorySpanExporter(), new InMemorySpanExporter()];
  const asked: string[] = [];
  const tracing = start({
    customExporters: [exporter],
    spanProcessors: [new SimpleSpanProcessor({ exporter: processed })],
    customSampler: {
      shouldSample: (_context, _traceId, name) => {
        asked.push(name);
        if (name === 'broken') throw new Error('a broken sampler');
        return { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { sampled: 'yes' } };
      },
      toString: () => 'Theirs',
    },
  });
  for (const name of ['pay', 'broken']) trace.getTracer('checkout').startSpan(name).end();
  await tracing.forceFlush();
  expect(asked).toEqual(['pay', 'broken']);
  for (const { name, attributes } of [...exporter.getFinishedSpans(), ...processed.getFinishedSpans()]) {
    expect([name, attributes]).toEqual(['pay', { sampled: 'yes' }]);
  }
  expect([exporter.getFinishedSpans().length, processed.getFinishedSpans().length]).toEqual([1, 1]);
});

test.each<[what: string, environment: string, options: StartTracingOptions, types: readonly string[]]>([
  ['alone, nothing else', '', { customExporters: [memoryExporter()] }, []],
  [
    'beside those of the options, both',
    '',
    { customExporters: [memoryExporter()], exporters: [{ type: 'memory' }] },
    ['memory'],
  ],
  ['beside those of the variable, both', 'console', { customExporters: [memoryExporter()] }, ['console']],
  ['an empty list, the default', '', { customExporters: [] }, ['otlp']],
  [
    'only processors, the default too',
    '',
    { spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })] },
    ['otlp'],
  ],
])('custom exporters %s', (_, variable, options, types) => {
  vi.stubEnv('OTEL_TRACES_EXPORTER', variable);
  const tracing = startTracing({ resource: { detectors: [] }, ...options });
  started.push(tracing);
  expect(tracing.config.exporters.map(({ type }) => type)).toEqual(types);
});

test('a shutdown gives the globals back, and tracing can start again', async () => {
  const before = ['trace', 'context', 'propagation', 'diag'].map((name) => registeredGlobal(name as 'trace'));
  expect(before).toEqual([undefined, undefined, undefined, undefined]);
  const tracing = start();
  expect(registeredGlobal('trace')).toBe(trace.getTracerProvider());
  expect(await Promise.all([tracing.shutdown(), tracing.shutdown()])).toEqual([undefined, undefined]);
  const after = ['trace', 'context', 'propagation', 'diag'].map((name) => registeredGlobal(name as 'trace'));
  expect(after).toEqual(before);
  expect(start()).not.toBe(tracing);
});

test('a second start warns and gives back what runs', () => {
  const tracing = start();
  expect(startTracing({ serviceName: 'other' })).toBe(tracing);
  expect(lines.join('')).toContain('runs already');
});

test('what others have registered stays, with a warning, and is not taken away at the shutdown', async () => {
  const propagator = { inject: () => {}, extract: () => ROOT_CONTEXT, fields: () => ['theirs'] };
  propagation.setGlobalPropagator(propagator);
  try {
    const tracing = start();
    expect(lines.join('')).toContain('another propagator');
    await tracing.shutdown();
    expect(propagation.fields()).toEqual(['theirs']);
  } finally {
    propagation.disable();
  }
});

test("the application's own diag logger stays", () => {
  const warn = vi.fn();
  const logger = { error: () => {}, warn, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger);
  try {
    start();
    startTracing();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([]);
  } finally {
    diag.disable();
  }
});

test('disabled: no span records, what comes in is passed on', async () => {
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
  const exporter = memoryExporter();
  const tracing = start({ customExporters: [exporter] });
  expect(registeredGlobal('trace')).toBe(undefined);
  const parent = propagation.extract(ROOT_CONTEXT, PARENT);
  const carrier: Record<string, string> = {};
  context.with(parent, () => {
    for (const tracer of [trace.getTracer('t'), tracing.provider.getTracer('t')]) {
      tracer.startActiveSpan('s', (span) => {
        expect(span.isRecording()).toBe(false);
        propagation.inject(context.active(), carrier);
        span.end();
      });
    }
  });
  expect(carrier).toEqual(PARENT);
  await tracing.shutdown();
  expect(exporter.spans).toEqual([]);
});

test("a mistake in the options is the application's own; one in the environment is told and survived", () => {
  // The type would not allow it.
  const mistaken = { serviceNam: 'shop' } as StartTracingOptions;
  expect(() => startTracing(mistaken)).toThrow(TracingConfigError);
  vi.stubEnv('OTEL_CONFIG_FILE', '/nowhere/otel.yaml');
  const tracing = start();
  expect(tracing.config.disabled).toBe(true);
  expect(lines.join('')).toContain('tracing is disabled');
});

test.each<[object, readonly string[]]>([
  [{ http: 'nope' }, ['http']],
  [{ http: 7 }, ['http']],
  [{ exitTimeoutMs: '3s' }, ['exitTimeoutMs']],
  [{ exitTimeoutMs: Number.NaN }, ['exitTimeoutMs']],
  [{ exitTimeoutMs: -1 }, ['exitTimeoutMs']],
  [{ customSampler: {} }, ['customSampler.shouldSample']],
  [{ idGenerator: { generateTraceId: () => '' } }, ['idGenerator.generateSpanId']],
  [{ customExporters: [{}] }, ['customExporters[0].export', 'customExporters[0].shutdown']],
  [{ spanProcessors: {} }, ['spanProcessors']],
  [{ spanProcessors: [null] }, ['spanProcessors[0]']],
  [{ instrumentations: [[7]] }, ['instrumentations[0][0]']],
  [{ exporters: 7, http: 'nope', serviceName: '' }, ['exporters', 'http', 'serviceName']],
])('%j: every mistake is told before anything is registered', (options, paths) => {
  const mistakes = (): readonly string[] => {
    try {
      started.push(startTracing(options));
    } catch (error) {
      if (error instanceof TracingConfigError) return error.problems.map(({ path }) => path);
      throw error;
    }
    return [];
  };
  expect(mistakes()).toEqual(paths);
  expect(registeredGlobal('diag')).toBe(undefined);
});

test('what works is taken: functions with the methods, processors without some, instrumentations that are not there', () => {
  const sampler = Object.assign(() => {}, { shouldSample: () => ({ decision: 2 }) });
  const ids = { generateTraceId: () => '7'.repeat(32), generateSpanId: () => '8'.repeat(16) };
  const seen: string[] = [];
  // Of applications without types.
  const options: object = {
    customSampler: sampler,
    idGenerator: Object.assign(() => {}, ids),
    spanProcessors: [{ onEnd: (span: { name: string }) => void seen.push(span.name) }],
    instrumentations: [false, [undefined]],
  };
  const { provider } = start(options);
  const span = provider.getTracer('t').startSpan('s');
  span.end();
  expect([span.spanContext().traceId, seen]).toEqual(['7'.repeat(32), ['s']]);
});

test('instrumentations get the provider; one that fails is told and passed over', async () => {
  const made = (instrumentationName: string, fails: boolean, enabled: boolean) => ({
    instrumentationName,
    setTracerProvider: vi.fn(() => {
      if (fails) throw new Error('no such module');
    }),
    setMeterProvider: vi.fn(),
    enable: vi.fn(),
    disable: vi.fn(),
    getConfig: () => ({ enabled }),
  });
  const [bad, on, off] = [made('bad', true, true), made('on', false, true), made('off', false, false)];
  const tracing = start({ instrumentations: [bad, [on, off]] });
  expect(on.setTracerProvider).toHaveBeenCalledWith(tracing.provider);
  expect(on.setMeterProvider).toHaveBeenCalledWith(metrics.getMeterProvider());
  expect([on.enable.mock.calls.length, off.enable.mock.calls.length]).toEqual([0, 1]);
  expect(lines.join('')).toContain('instrumentation bad cannot be enabled Error: no such module');
  await tracing.shutdown();
  expect([bad, on, off].map(({ disable }) => disable.mock.calls.length)).toEqual([0, 1, 1]);
});

test('each transport has its propagator', () => {
  const { propagators } = start({ propagation: { http: ['b3'], grpc: ['tracecontext'], messaging: ['tracecontext'] } });
  expect([propagators.http, propagators.grpc, propagators.messaging].map((one) => one.fields())).toEqual([
    expect.arrayContaining(['b3']),
    ['traceparent', 'tracestate'],
    ['traceparent', 'tracestate', 'trace_id', 'span_id', 'parent_id'],
  ]);
  expect(propagation.fields()).toEqual(['b3', 'traceparent', 'tracestate']);
});

test('after the context manager was exchanged, parents are what the new one says', async () => {
  const exporter = memoryExporter();
  const tracing = start({ customExporters: [exporter] });
  const tracer = trace.getTracer('t');
  const other = tracer.startSpan('other');
  context.disable();
  const manager = new AsyncLocalStorageContextManager().enable();
  expect(context.setGlobalContextManager(manager)).toBe(true);
  try {
    context.with(trace.setSpan(ROOT_CONTEXT, other), () => {
      tracer.startActiveSpan('child', (child) => {
        tracer.startSpan('grandchild').end();
        child.end();
      });
    });
    other.end();
    await tracing.forceFlush();
    const [grandchild, child, parent] = exporter.spans;
    expect(exporter.spans.map(({ name }) => name)).toEqual(['grandchild', 'child', 'other']);
    expect(child?.parentSpanId).toBe(parent?.spanId);
    expect(grandchild?.parentSpanId).toBe(child?.spanId);
  } finally {
    context.disable();
  }
});

test('time that a test has faked is the time of spans', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: new Date('2030-01-01') });
  try {
    const exporter = new InMemorySpanExporter();
    start({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const span = trace.getTracer('t').startSpan('five seconds');
    vi.advanceTimersByTime(5000);
    span.end();
    const [faked] = exporter.getFinishedSpans();
    expect(faked?.duration).toEqual([5, 0]);
    expect(faked?.startTime[0]).toBe(Date.parse('2030-01-01') / 1000);
  } finally {
    vi.useRealTimers();
  }
});
