import { type AttributeValue, emptyAttributes, type Resource, type Span, StatusCode } from '@throughline/model';

/** A span for tests: everything that is not given is empty. Times are milliseconds after `EPOCH_UNIX_NANO`. */
export interface TestSpan {
  readonly trace: number;
  readonly id: number;
  readonly parent?: number;
  readonly service?: string;
  readonly name?: string;
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly kind?: Span['kind'];
  readonly error?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly resource?: Readonly<Record<string, AttributeValue>>;
  readonly events?: Span['events'];
}

/** 2023-09-28T23:30:58Z */
export const EPOCH_UNIX_NANO = 1_695_943_858_000_000_000n;
export const EPOCH_SECONDS = 1_695_943_858;

export function traceIdOf(trace: number): string {
  return (0xa000_0000 + trace).toString(16).padStart(32, '0');
}

export function spanIdOf(id: number): string {
  return (0xb000_0000 + id).toString(16).padStart(16, '0');
}

const resources = new Map<string, Resource>();

function resourceOf(service: string, attributes: Readonly<Record<string, AttributeValue>>): Resource {
  const key = JSON.stringify([service, attributes]);
  const known = resources.get(key) ?? {
    attributes: new Map<string, AttributeValue>([['service.name', service], ...Object.entries(attributes)]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
  resources.set(key, known);
  return known;
}

export function span(given: TestSpan): Span {
  const startTimeUnixNano = EPOCH_UNIX_NANO + BigInt(Math.round((given.startMs ?? 0) * 1e6));
  return {
    traceId: traceIdOf(given.trace),
    spanId: spanIdOf(given.id),
    parentSpanId: given.parent === undefined ? '' : spanIdOf(given.parent),
    traceState: '',
    flags: 1,
    name: given.name ?? 'op',
    kind: given.kind ?? 1,
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + BigInt(Math.round((given.durationMs ?? 1) * 1e6)),
    attributes: new Map(Object.entries(given.attributes ?? {})),
    droppedAttributesCount: 0,
    events: given.events ?? [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: given.error === true ? StatusCode.ERROR : StatusCode.UNSET, message: '' },
    resource: resourceOf(given.service ?? 'shop', given.resource ?? {}),
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  };
}
