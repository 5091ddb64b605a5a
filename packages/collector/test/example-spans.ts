import { emptyAttributes, type Span, SpanKind, StatusCode } from '@throughline/model';

/** A plain span; what a test cares about it sets. */
export function exampleSpan(override: Partial<Span> = {}): Span {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'GET /orders',
    kind: SpanKind.SERVER,
    startTimeUnixNano: 1_700_000_000_000_000_000n,
    endTimeUnixNano: 1_700_000_000_200_000_000n,
    attributes: new Map<string, string | bigint>([
      ['http.request.method', 'GET'],
      ['http.response.status_code', 200n],
    ]),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: StatusCode.UNSET, message: '' },
    resource: { attributes: new Map([['service.name', 'shop']]), droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: 'test', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
    ...override,
  };
}
