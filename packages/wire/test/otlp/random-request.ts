import { type Attributes, type AttributeValue, bytesFromHex, isAttributes, type Span } from '@throughline/model';

/** An object for protobufjs' `Request.fromObject` that says the same as the spans. One ResourceSpans per span. */
export function requestObject(spans: readonly Span[]): Record<string, unknown> {
  return {
    resourceSpans: spans.map((span) => ({
      resource: {
        attributes: keyValues(span.resource.attributes),
        droppedAttributesCount: span.resource.droppedAttributesCount,
      },
      schemaUrl: span.resource.schemaUrl,
      scopeSpans: [
        {
          scope: { ...span.scope, schemaUrl: undefined, attributes: keyValues(span.scope.attributes) },
          schemaUrl: span.scope.schemaUrl,
          spans: [
            {
              traceId: bytesFromHex(span.traceId),
              spanId: bytesFromHex(span.spanId),
              traceState: span.traceState,
              parentSpanId: bytesFromHex(span.parentSpanId),
              name: span.name,
              kind: span.kind,
              startTimeUnixNano: span.startTimeUnixNano.toString(),
              endTimeUnixNano: span.endTimeUnixNano.toString(),
              attributes: keyValues(span.attributes),
              droppedAttributesCount: span.droppedAttributesCount,
              events: span.events.map((event) => ({
                ...event,
                timeUnixNano: event.timeUnixNano.toString(),
                attributes: keyValues(event.attributes),
              })),
              droppedEventsCount: span.droppedEventsCount,
              links: span.links.map((link) => ({
                ...link,
                traceId: bytesFromHex(link.traceId),
                spanId: bytesFromHex(link.spanId),
                attributes: keyValues(link.attributes),
              })),
              droppedLinksCount: span.droppedLinksCount,
              status: span.status,
              flags: span.flags,
            },
          ],
        },
      ],
    })),
  };
}

function keyValues(attributes: Attributes): object[] {
  return Array.from(attributes, ([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (value === null) return {};
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: value.toString() };
    case 'number':
      return { doubleValue: value };
    default:
  }
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (isAttributes(value)) return { kvlistValue: { values: keyValues(value) } };
  return { arrayValue: { values: value.map(anyValue) } };
}
