import { CodedError, formatInstant, type Resource, serviceName, SpanKind } from '@throughline/model';
import { databasesOf, renameDatabases } from './learn-databases.ts';
import { publishedQueues, queuesOf } from './learn-queues.ts';
import { kindText, type StepData, StepLearner, targetData } from './learn-steps.ts';
import { countHosts, ServiceFacts, workersFor } from './service-facts.ts';
import { isMessage, queueOf } from './span-role.ts';
import { durationData, shareOf } from './spread.ts';
import type { Execution } from './timeline.ts';
import { type SampleReport, TraceSample } from './trace-sample.ts';
import { learntName, type Naming, type TraceView, viewTrace } from './trace-view.ts';

/** Names of spans that are told apart in a service; the rarer ones become {@link OTHER_NAME}. */
export const MAX_NAMES = 500;
export const OTHER_NAME = 'other';

export interface LearntScenario {
  /** As a file holds it: plain data that `parseScenario` takes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly views: readonly TraceView[];
  readonly report: LearningReport;
}

/** What was learnt from, and what could not be. */
export interface LearningReport extends SampleReport {
  readonly serviceCount: number;
  readonly operationCount: number;
  /** Requests into the system. */
  readonly requests: number;
  /** Traces that no request begins: their first spans are missing, or messages begin them. */
  readonly tracesWithoutRequest: number;
  /** Spans nested too deeply to be told. */
  readonly deepSpans: number;
  /** Spans whose way of doing things was too rare to be told apart. */
  readonly mixedSpans: number;
  /** Names that were put together as {@link OTHER_NAME}. */
  readonly foldedNames: number;
}

/**
 * Derives a scenario from traces: services, their operations with steps (see {@link StepLearner}), databases, queues, and
 * the requests that come in, at the rate that was seen. Needs neither attributes nor kinds: where a request enters a
 * service follows from the services of a span and of its parent. Network and clocks add nothing in a learnt scenario: what
 * messages took is in the times of the calls.
 *
 * @throws CodedError `nothing_to_learn`
 */
export function learnScenario(
  sample: TraceSample,
  options: { readonly name: string; readonly source: string },
): LearntScenario {
  const { naming, foldedNames } = namesOf(sample);
  const views: TraceView[] = [];
  for (const trace of sample.traces()) views.push(viewTrace(trace, naming));
  const operations = entriesOf(views);
  const { requests, tracesWithoutRequest } = requestsOf(views);
  if (requests.length === 0) {
    throw new CodedError('nothing_to_learn', 'There is no trace to learn from: no span begins a request');
  }
  const { share, ...sampled } = sample.report();
  const window = windowOf(requests);

  const losses = { deepSpans: 0, mixedExecutions: 0 };
  const services = new Map<string, Record<string, unknown>>();
  for (const [service, entries] of operations) {
    const facts = new ServiceFacts();
    let busyNano = 0;
    const learnt: Record<string, unknown> = {};
    for (const [operation, executions] of entries) {
      for (const { view, row } of executions) {
        const resource = view.trace.spans[row]?.resource;
        if (resource !== undefined) facts.add(resource);
        busyNano += (view.endNano[row] ?? 0) - (view.startNano[row] ?? 0);
      }
      const learner = new StepLearner(executions);
      learnt[operation] = operationData(executions, learner.inside(executions));
      losses.deepSpans += learner.losses.deepSpans;
      losses.mixedExecutions += learner.losses.mixedExecutions;
    }
    services.set(service, serviceData(facts, learnt, busyNano / share, window.lengthNano));
  }
  const databases = databasesOf(views, new Set(services.keys()));
  renameDatabases(services, databases);
  for (const { name, system } of databases.values()) services.set(name, { database: system, workers: 1_000 });
  const queues = queuesOf(views, window.lengthNano);
  const hosts = countHosts(resourcesOf(views));
  const environment = environmentOf(views);
  const data = {
    name: options.name,
    description: `Learnt from ${sampled.tracesKept} traces (${sampled.spansKept} spans) of ${options.source}, ${window.text}`,
    duration: durationData(Math.max(1e9, window.lengthNano)),
    ...(environment === undefined ? {} : { environment }),
    network: { latency: '0ms' },
    ...(hosts === undefined ? {} : { hosts: { count: hosts } }),
    services: Object.fromEntries(services),
    ...(queues.size === 0 ? {} : { queues: Object.fromEntries(queues) }),
    workload: [workloadOf(requests, window.lengthNano, share)],
  };
  const report: LearningReport = {
    ...sampled,
    share,
    serviceCount: services.size,
    operationCount: [...operations.values()].reduce((sum, entries) => sum + entries.size, 0),
    requests: requests.length,
    tracesWithoutRequest,
    deepSpans: losses.deepSpans,
    mixedSpans: losses.mixedExecutions,
    foldedNames,
  };
  return { data, views, report };
}

/** The names that are told apart, by service: the most frequent ones. */
function namesOf(sample: TraceSample): { readonly naming: Naming; readonly foldedNames: number } {
  const counts = new Map<string, Map<string, number>>();
  for (const { resource, name } of sample.spans()) {
    const service = serviceName(resource);
    const learnt = learntName(name);
    const of = counts.get(service) ?? new Map<string, number>();
    counts.set(service, of.set(learnt, (of.get(learnt) ?? 0) + 1));
  }
  let foldedNames = 0;
  const kept = new Map<string, ReadonlySet<string>>();
  for (const [service, of] of counts) {
    if (of.size <= MAX_NAMES) continue;
    const frequent = [...of].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, MAX_NAMES);
    kept.set(service, new Set(frequent.map(([name]) => name)));
    foldedNames += of.size - MAX_NAMES;
  }
  return { foldedNames, naming: (service, name) => (kept.get(service)?.has(name) === false ? OTHER_NAME : name) };
}

type Entries = ReadonlyMap<string, ReadonlyMap<string, readonly Execution[]>>;

/** By service and operation, callers before those that they call. */
function entriesOf(views: readonly TraceView[]): Entries {
  const services = new Map<string, Map<string, Execution[]>>();
  for (const view of views) {
    for (const row of view.trace.spans.keys()) {
      if (view.isEntry[row] !== true) continue;
      const service = view.services[row] ?? '';
      const name = view.names[row] ?? '';
      const entries = services.get(service) ?? new Map<string, Execution[]>();
      const executions = entries.get(name) ?? [];
      executions.push({ view, row });
      services.set(service, entries.set(name, executions));
    }
  }
  return services;
}

/**
 * The spans with which traces begin: those without a parent id or, where a trace has none, the earliest whose parent is
 * missing. A message that begins a trace of its own belongs to its queue.
 */
function requestsOf(views: readonly TraceView[]): {
  readonly requests: readonly Execution[];
  readonly tracesWithoutRequest: number;
} {
  const requests: Execution[] = [];
  let tracesWithoutRequest = 0;
  const queues = publishedQueues(views);
  for (const view of views) {
    const { spans, roots } = view.trace;
    const isOfQueue = (row: number): boolean => isMessage(view, row) && queues.has(queueOf(view, row));
    const trueRoots = roots.filter((row) => spans[row]?.parentSpanId === '' && !isOfQueue(row));
    const [earliest] = roots;
    if (trueRoots.length > 0) requests.push(...trueRoots.map((row) => ({ view, row })));
    else if (earliest !== undefined && !isOfQueue(earliest)) requests.push({ view, row: earliest });
    if (spans[roots[0] ?? 0]?.parentSpanId !== '' || trueRoots.length === 0) tracesWithoutRequest++;
  }
  // Where there are messages alone, they are what comes in.
  if (requests.length > 0) return { requests, tracesWithoutRequest };
  const first = views.flatMap((view) => {
    const [row] = view.trace.roots;
    return row === undefined ? [] : [{ view, row }];
  });
  return { requests: first, tracesWithoutRequest };
}

function operationData(executions: readonly Execution[], steps: readonly StepData[]): unknown {
  const kinds = new Map<SpanKind, number>();
  const statuses = new Map<number, number>();
  for (const { view, row } of executions) {
    const span = view.trace.spans[row];
    if (span === undefined) continue;
    kinds.set(span.kind, (kinds.get(span.kind) ?? 0) + 1);
    const status = Number(span.attributes.get('http.response.status_code') ?? span.attributes.get('http.status_code'));
    if (status >= 200 && status < 400) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const kind = mostFrequent(kinds) ?? SpanKind.SERVER;
  const status = mostFrequent(statuses) ?? 200;
  const isPlain = (kind === SpanKind.SERVER || kind === SpanKind.CONSUMER) && status === 200;
  if (isPlain) return steps;
  return {
    ...(kind === SpanKind.SERVER ? {} : { kind: kindText(kind) }),
    ...(status === 200 ? {} : { status }),
    steps,
  };
}

function mostFrequent<T>(counts: ReadonlyMap<T, number>): T | undefined {
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function serviceData(
  facts: ServiceFacts,
  operations: Readonly<Record<string, unknown>>,
  busyNano: number,
  windowNano: number,
): Record<string, unknown> {
  const { replicas } = facts;
  const workers = workersFor(busyNano, windowNano, replicas);
  const namespace = facts.value('service.namespace');
  const language = facts.value('telemetry.sdk.language');
  const version = facts.value('service.version');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(language === undefined ? {} : { language }),
    ...(version === undefined ? {} : { version }),
    ...(replicas === 1 ? {} : { replicas }),
    ...(workers === 64 ? {} : { workers }),
    operations,
  };
}

function* resourcesOf(views: readonly TraceView[]): Generator<Resource> {
  for (const { trace } of views) for (const { resource } of trace.spans) yield resource;
}

function environmentOf(views: readonly TraceView[]): string | undefined {
  const facts = new ServiceFacts();
  for (const resource of resourcesOf(views)) facts.add(resource);
  return facts.value('deployment.environment.name', 'deployment.environment');
}

interface Window {
  readonly lengthNano: number;
  readonly text: string;
}

/** From the first request to the last. */
function windowOf(requests: readonly Execution[]): Window {
  let first: bigint | undefined;
  let last: bigint | undefined;
  for (const { view, row } of requests) {
    const start = view.trace.spans[row]?.startTimeUnixNano ?? 0n;
    if (first === undefined || start < first) first = start;
    if (last === undefined || start > last) last = start;
  }
  const [from = 0n, to = 0n] = [first, last];
  return { lengthNano: Number(to - from), text: `${formatInstant(from)} to ${formatInstant(to)}` };
}

/** As many requests a second as there were, of all traces and of those that head sampling left out. */
function workloadOf(requests: readonly Execution[], windowNano: number, share: number): StepData {
  const counts = new Map<string, { readonly call: unknown; count: number }>();
  let total = 0;
  for (const { view, row } of requests) {
    const weight = view.trace.spans[row]?.weight ?? 1;
    total += weight;
    const target = { service: view.services[row] ?? '', operation: view.names[row] ?? '' };
    const key = `${target.service}\0${target.operation}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { call: targetData(target), count: weight });
    else known.count += weight;
  }
  const seconds = windowNano / 1e9;
  const rate = Number((total / share / seconds).toPrecision(4));
  return {
    calls: [...counts.values()].map(({ call, count }) => ({
      call,
      ...(counts.size === 1 ? {} : { weight: shareOf(count, total) }),
    })),
    arrivals: requests.length < 2 || seconds <= 0 ? { once: Math.round(total) } : { poisson: Math.min(1e6, rate) },
  };
}
