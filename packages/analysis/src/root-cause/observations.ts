import { type Resource, SpanKind, type Trace } from '@throughline/model';
import { peerOf } from '../statistics/peer.ts';
import { type Steps, stepping } from '../steps.ts';
import { textTemplate } from '../text-template.ts';
import { selfTimes } from '../trace/self-time.ts';
import { childrenOf, type TraceFacts, traceFacts } from '../trace/trace-facts.ts';

/** One span as evidence: what its component did in it. */
export interface Observation {
  /** Index of the trace among those observed, and the span's row in it. */
  readonly trace: number;
  readonly row: number;
  /** Nanoseconds in which none of its children ran; of a call, those that it took longer than the callee's span. */
  readonly selfNano: number;
  /** Distinct kinds of children, as one number; see {@link Observations.shapes}. */
  readonly shape: number;
  readonly childCount: number;
  /** Of all its children together, in nanoseconds; those at the same time count each. */
  readonly childNano: number;
  /** Failed, and none of its children did. */
  readonly isErrorOrigin: boolean;
  /** The service or peer that it called; undefined where none shows. */
  readonly callee: string | undefined;
  /** The pod or host that it ran on, see `instanceOf`. */
  readonly instance: string;
  /** Of the callee, where the callee's span is there. */
  readonly calleeInstance: string | undefined;
}

/** What an operation of a service does by itself; calls of different services under one name are different components. */
export interface Component {
  readonly service: string;
  /** With ids and numbers taken out, where a service has very many names. */
  readonly operation: string;
  /** Whom it calls; undefined where it calls nobody, or now this one and now that one without saying. */
  readonly callee: string | undefined;
  readonly observations: readonly Observation[];
}

export interface Observations {
  readonly traces: readonly Trace[];
  /** Nanoseconds, by trace. */
  readonly durationNano: Float64Array;
  readonly components: readonly Component[];
  /** By shape: the sorted kinds of children (numbers that mean the same within these observations only). */
  readonly shapes: readonly (readonly number[])[];
}

/** A service with more names than this has ids in them. */
const MAX_NAMES = 100;

/** O(n log n). All traces that will be compared must be observed together, so that shapes have the same numbers. */
export function* observe(traces: readonly Trace[]): Steps<Observations> {
  const nameOf = yield* operationNames(traces);
  const shapes = new ShapeNumbers();
  const instances = new Map<Resource, string>();
  const operations = new Map<string, { service: string; operation: string; observations: Observation[] }>();
  const durationNano = new Float64Array(traces.length);

  yield* stepping(traces, (trace, index) => {
    const facts = traceFacts(trace);
    const self = selfTimes(facts);
    durationNano[index] = facts.totalNano;
    const serviceOf = (row: number): string => facts.services[facts.service[row] ?? 0] ?? '';
    const names = trace.spans.map(({ name }, row) => nameOf(serviceOf(row), name));
    const keys = names.map((name, row) => `${serviceOf(row)}\n${name}`);
    for (const [row, span] of trace.spans.entries()) {
      const children = childrenOf(facts, row);
      let operation = operations.get(keys[row] ?? '');
      if (operation === undefined) {
        operation = { service: serviceOf(row), operation: names[row] ?? '', observations: [] };
        operations.set(keys[row] ?? '', operation);
      }
      operation.observations.push({
        trace: index,
        row,
        selfNano: callNano(facts, row, children) ?? self[row] ?? 0,
        shape: shapes.numberOf(children.map((child) => keys[child] ?? '')),
        childCount: children.length,
        childNano: children.reduce((sum, child) => sum + durationOf(facts, child), 0),
        isErrorOrigin: facts.error[row] === 1 && !children.some((child) => facts.error[child] === 1),
        instance: instanceOf(span.resource, instances),
        ...calleeOf(facts, row, children, instances),
      });
    }
  });
  return { traces, durationNano, components: [...operations.values()].flatMap(byCallee), shapes: shapes.all };
}

/** Of the spans that show a callee, the share that must show the same for the others to be taken for its calls too. */
const USUAL_CALLEE_SHARE = 0.9;

/** Spans without a callee go with the calls of the usual one, if there is one: its own spans may be missing. */
function byCallee(operation: Omit<Component, 'callee'>): readonly Component[] {
  const groups = new Map<string | undefined, Observation[]>();
  for (const observation of operation.observations) {
    const group = groups.get(observation.callee);
    if (group === undefined) groups.set(observation.callee, [observation]);
    else group.push(observation);
  }
  const unknown = groups.get(undefined) ?? [];
  groups.delete(undefined);
  const known = operation.observations.length - unknown.length;
  const usual = [...groups].find(([, group]) => group.length >= USUAL_CALLEE_SHARE * known)?.[0];
  const isUsuallyACall = known >= unknown.length && usual !== undefined;
  if (isUsuallyACall) {
    const all = operation.observations.filter(({ callee }) => callee === undefined || callee === usual);
    groups.set(usual, all);
  } else if (unknown.length > 0) groups.set(undefined, unknown);
  return [...groups].map(([callee, observations]) => ({ ...operation, callee, observations }));
}

/** Which name an operation goes by: its own, or its template where the service has more than {@link MAX_NAMES}. */
function* operationNames(traces: readonly Trace[]): Steps<(service: string, name: string) => string> {
  const namesOf = new Map<string, Set<string>>();
  yield* stepping(traces, (trace) => {
    const { services, service } = traceFacts(trace);
    for (const [row, { name }] of trace.spans.entries()) {
      const key = services[service[row] ?? 0] ?? '';
      let names = namesOf.get(key);
      if (names === undefined) {
        names = new Set();
        namesOf.set(key, names);
      }
      if (names.size <= MAX_NAMES) names.add(name);
    }
  });
  const templates = new Map<string, string>();
  return (service, name) => {
    if ((namesOf.get(service)?.size ?? 0) <= MAX_NAMES) return name;
    let template = templates.get(name);
    if (template === undefined) {
      template = textTemplate(name);
      templates.set(name, template);
    }
    return template;
  };
}

/** Numbers for sets of kinds of children. */
class ShapeNumbers {
  /** The first is that of spans without children, which most are. */
  readonly all: (readonly number[])[] = [[]];
  readonly #kinds = new Map<string, number>();
  readonly #numbers = new Map<string, number>();

  numberOf(children: readonly string[]): number {
    if (children.length === 0) return 0;
    const distinct = new Set<number>();
    for (const key of children) {
      let kind = this.#kinds.get(key);
      if (kind === undefined) {
        kind = this.#kinds.size;
        this.#kinds.set(key, kind);
      }
      distinct.add(kind);
    }
    const sorted = [...distinct].toSorted((a, b) => a - b);
    const text = sorted.join(' ');
    let shape = this.#numbers.get(text);
    if (shape === undefined) {
      shape = this.all.length;
      this.all.push(sorted);
      this.#numbers.set(text, shape);
    }
    return shape;
  }
}

/**
 * What a call takes beside the callee's work, in nanoseconds: the difference of the durations, as each is told by one
 * clock. Where both lie in time is told by two; while one of them drifts, an overlap would change with it. Undefined for
 * what is no call of one other service, or ended before the callee did.
 */
function callNano(facts: TraceFacts, row: number, children: readonly number[]): number | undefined {
  const [callee] = children;
  if (callee === undefined || children.length > 1 || facts.service[callee] === facts.service[row]) return undefined;
  if (facts.trace.spans[callee]?.kind !== SpanKind.SERVER) return undefined;
  const nanos = durationOf(facts, row) - durationOf(facts, callee);
  return nanos < 0 ? undefined : nanos;
}

function durationOf({ startNano, endNano }: TraceFacts, row: number): number {
  return (endNano[row] ?? 0) - (startNano[row] ?? 0);
}

function calleeOf(
  facts: TraceFacts,
  row: number,
  children: readonly number[],
  instances: Map<Resource, string>,
): Pick<Observation, 'callee' | 'calleeInstance'> {
  const remote = children.find((child) => facts.service[child] !== facts.service[row]);
  const span = facts.trace.spans[row];
  if (remote === undefined) {
    return { callee: span === undefined ? undefined : peerOf(span)?.name, calleeInstance: undefined };
  }
  const resource = facts.trace.spans[remote]?.resource;
  return {
    callee: facts.services[facts.service[remote] ?? 0],
    calleeInstance: resource === undefined ? undefined : instanceOf(resource, instances),
  };
}

/** Where a service's process ran, the finest first. Source: resource semantic conventions. */
const INSTANCE_ATTRIBUTES = ['k8s.pod.name', 'service.instance.id', 'container.id', 'host.name', 'host.id'] as const;

/** The pod, instance, container or host of a resource, or its service where nothing says. */
export function instanceOf(resource: Resource, cache: Map<Resource, string>): string {
  let instance = cache.get(resource);
  if (instance !== undefined) return instance;
  for (const name of [...INSTANCE_ATTRIBUTES, 'service.name']) {
    const value = resource.attributes.get(name);
    if (typeof value !== 'string' || value === '') continue;
    instance = value;
    break;
  }
  instance ??= 'unknown';
  cache.set(resource, instance);
  return instance;
}
