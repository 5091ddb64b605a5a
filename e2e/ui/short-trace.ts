import { emptyAttributes, type Span, SpanKind, StatusCode } from '@throughline/model';

export function traceIdOf(number: number): string {
  return String(number).padStart(32, 'a');
}

/** A trace of one span that ends now. */
export function spansOf(service: string, number: number): Span[] {
  const end = BigInt(Date.now()) * 1_000_000n;
  return [
    {
      traceId: traceIdOf(number),
      spanId: String(number).padStart(16, 'b'),
      parentSpanId: '',
      traceState: '',
      flags: 1,
      name: 'tick',
      kind: SpanKind.SERVER,
      startTimeUnixNano: end - 5_000_000n,
      endTimeUnixNano: end,
      attributes: emptyAttributes,
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { code: StatusCode.UNSET, message: '' },
      resource: { attributes: new Map([['service.name', service]]), droppedAttributesCount: 0, schemaUrl: '' },
      scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
      weight: 1,
    },
  ];
}
