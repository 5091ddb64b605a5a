import type { AttributeValue, Attributes, Span, SpanEvent, SpanLink } from '@throughline/model';

/** Bit 1 of the W3C flags, level 2: whether the trace id is random. The official SDK follows level 1. */
const RANDOM_FLAG = 2;

/** A span as it compares between two runs: ids, times and ports are gone, everything else of OTLP is there. */
export interface ComparableSpan {
  readonly name: string;
  readonly kind: number;
  /** That the parent is in another process, which sent its ids. */
  readonly remoteParent: boolean;
  readonly flags: number;
  readonly traceState: string;
  readonly attributes: Comparable;
  readonly events: readonly Comparable[];
  readonly links: readonly Comparable[];
  readonly status: Comparable;
  readonly droppedCounts: readonly number[];
  readonly scope: Comparable;
  readonly children: readonly ComparableSpan[];
}
type Comparable = string | readonly Comparable[];

export interface CompareOptions {
  /** By which of the run's servers listens there. */
  readonly portNames: ReadonlyMap<number, string>;
  /** Version 3 of the official SDK keeps attributes whose value is null, as the specification says now; 2 does not. */
  readonly keepsNull: boolean;
}

/** The traces of a run by the scenario that a span of each names in its URL; those of no scenario are under `''`. */
export function tracesByScenario(
  spans: readonly Span[],
  options: CompareOptions,
): ReadonlyMap<string, readonly ComparableSpan[]> {
  const traces = Map.groupBy(spans, (span) => span.traceId);
  const run: Run = { ...options, spans: new Map(spans.map((span) => [span.spanId, span])) };
  const byScenario = new Map<string, ComparableSpan[]>();
  for (const trace of traces.values()) {
    const scenario = trace.map(scenarioOf).find((name) => name !== undefined) ?? '';
    const roots = trace.filter((span) => !run.spans.has(span.parentSpanId));
    const all = [...(byScenario.get(scenario) ?? []), ...roots.map((root) => comparable(root, trace, run))];
    byScenario.set(scenario, inOrder(all));
  }
  return byScenario;
}

const HTTP_SCOPES: ReadonlySet<Comparable> = new Set([
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici',
  '@throughline/sdk/http',
]);

/** The same trees with only what any instrumentation of HTTP has to agree on in its spans: all but scope and attributes. */
export function withoutHttpDetails(spans: readonly ComparableSpan[]): readonly ComparableSpan[] {
  return inOrder(
    spans.map((span) => {
      const own = { ...span, children: withoutHttpDetails(span.children) };
      return HTTP_SCOPES.has(span.scope[0] ?? '') ? { ...own, scope: ['HTTP'], attributes: [], events: [] } : own;
    }),
  );
}

interface Run extends CompareOptions {
  readonly spans: ReadonlyMap<string, Span>;
}

function scenarioOf(span: Span): string | undefined {
  for (const value of span.attributes.values()) {
    const found = typeof value === 'string' ? /[?&]scenario=(?<name>[\w-]+)/.exec(`?${value}`) : null;
    if (found !== null) return found.groups?.['name'];
  }
  return undefined;
}

function comparable(span: Span, trace: readonly Span[], run: Run): ComparableSpan {
  return {
    name: span.name,
    kind: span.kind,
    remoteParent: span.parentSpanId !== '' && !run.spans.has(span.parentSpanId),
    flags: span.flags & ~RANDOM_FLAG,
    traceState: span.traceState,
    attributes: comparableAttributes(span.attributes, run),
    events: span.events.map((event) => comparableEvent(event, run)),
    links: span.links.map((link) => comparableLink(link, run)),
    status: [String(span.status.code), span.status.message],
    droppedCounts: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    scope: [
      span.scope.name,
      span.scope.version,
      span.scope.schemaUrl,
      comparableAttributes(span.scope.attributes, run),
    ],
    children: inOrder(
      trace.filter((child) => child.parentSpanId === span.spanId).map((child) => comparable(child, trace, run)),
    ),
  };
}

/** Spans that start at once come in any order. */
function inOrder(spans: readonly ComparableSpan[]): ComparableSpan[] {
  return spans
    .map((span) => ({ span, text: JSON.stringify(span) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ span }) => span);
}

function comparableEvent(event: SpanEvent, run: Run): Comparable {
  return [event.name, comparableAttributes(event.attributes, run), String(event.droppedAttributesCount)];
}

/** A link to a span of the same run says which one by its name. */
function comparableLink(link: SpanLink, run: Run): Comparable {
  const target = run.spans.get(link.spanId);
  const to = target === undefined ? `${link.traceId} ${link.spanId}` : `span ${target.name}`;
  const flags = String(link.flags & ~RANDOM_FLAG);
  return [to, flags, link.traceState, comparableAttributes(link.attributes, run), String(link.droppedAttributesCount)];
}

function comparableAttributes(attributes: Attributes, run: Run): Comparable {
  return [...attributes]
    .filter(([, value]) => run.keepsNull || value !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, comparableValue(key, value, run)]);
}

/** With its type. Text says what its ports are instead of their numbers, and neither durations nor the SDK's frames. */
function comparableValue(key: string, value: AttributeValue, run: Run): Comparable {
  const isPort = /\bport$/.test(key);
  if (typeof value === 'bigint') return `int ${isPort ? portName(Number(value), run) : value}`;
  if (typeof value !== 'string') return `${typeof value} ${JSON.stringify(value, textOfBigInt)}`;
  if (isPort) return `string ${portName(Number(value), run)}`;
  if (key === 'exception.stacktrace') return `string ${ownFrames(value)}`;
  return `string ${withPortNames(value, run).replace(DEADLINE_TIMES, 'Deadline exceeded')}`;
}

/** gRPC says after which time, which part of it went where, and to whom if it was connected by then. */
const DEADLINE_TIMES = /Deadline exceeded after [\d.]+s(?:,[\w ]+: [\d.]+s)*(?:,remote_addr=[\w.:]+)?/;

function withPortNames(text: string, run: Run): string {
  return text.replaceAll(
    /(?<host>127\.0\.0\.1|localhost):(?<port>\d+)/g,
    (_, host: string, port: string) => `${host}:${portName(Number(port), run)}`,
  );
}

function textOfBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `int ${value}` : value;
}

function portName(port: number, run: Run): string {
  return run.portNames.get(port) ?? 'an ephemeral port';
}

/** The message and the frames of the application: those in between belong to the SDK, and Node keeps ten of all. */
function ownFrames(stack: string): string {
  const lines = stack.split('\n');
  const firstFrame = lines.findIndex((line) => /^\s+at /.test(line));
  const frames = lines.slice(firstFrame).filter((line) => line.includes('/instrumented/app/'));
  return [...lines.slice(0, firstFrame), ...frames].join('\n');
}

/** A resource's attributes as text, without those whose values are different in every process. */
export function comparableResource({ resource }: Span): Readonly<Record<string, string>> {
  const perProcess = new Set(['process.pid', 'process.parent_pid', 'service.instance.id']);
  return Object.fromEntries(
    [...resource.attributes].map(([key, value]) => [
      key,
      perProcess.has(key) ? typeof value : JSON.stringify(value, textOfBigInt),
    ]),
  );
}
