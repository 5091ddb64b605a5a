import { emptyAttributes, type Resource, type Span, SpanKind, StatusCode } from '@throughline/model';

/** A span for tests; what is not given is plain. */
export interface TestSpan {
  readonly id: number;
  readonly parent?: number;
  readonly trace?: number;
  readonly service?: string;
  readonly name?: string;
  readonly startNano?: number;
  readonly durationNano?: number;
  readonly errorMessage?: string;
}

export const EPOCH_UNIX_NANO = 1_700_000_000_000_000_000n;

const resources = new Map<string, Resource>();

export function testSpan(given: TestSpan): Span {
  const service = given.service ?? 'shop';
  const resource = resources.get(service) ?? {
    attributes: new Map([['service.name', service]]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
  resources.set(service, resource);
  const startTimeUnixNano = EPOCH_UNIX_NANO + BigInt(given.startNano ?? 0);
  return {
    traceId: (given.trace ?? 1).toString(16).padStart(32, '0'),
    spanId: given.id.toString(16).padStart(16, '0'),
    parentSpanId: given.parent === undefined ? '' : given.parent.toString(16).padStart(16, '0'),
    traceState: '',
    flags: 0,
    name: given.name ?? `op-${given.id}`,
    kind: SpanKind.INTERNAL,
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + BigInt(given.durationNano ?? 1_000_000),
    attributes: emptyAttributes,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status:
      given.errorMessage === undefined
        ? { code: StatusCode.UNSET, message: '' }
        : { code: StatusCode.ERROR, message: given.errorMessage },
    resource,
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  };
}
