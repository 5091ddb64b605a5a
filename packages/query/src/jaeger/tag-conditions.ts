import { StatusCode } from '@throughline/model';
import { anyOf, type FieldExpression, type IntrinsicField, type Literal, tagCondition } from '@throughline/traceql';

const STATUS_CODES: ReadonlyMap<string, StatusCode> = new Map<string, StatusCode>([
  ['OK', StatusCode.OK],
  ['ERROR', StatusCode.ERROR],
]);

/** The tags that Jaeger's data has for what has a field of its own in OpenTelemetry, as text fields. */
const TEXT_FIELDS: ReadonlyMap<string, IntrinsicField['name']> = new Map<string, IntrinsicField['name']>([
  ['otel.status_description', 'statusMessage'],
  ['otel.scope.name', 'scopeName'],
  ['otel.scope.version', 'scopeVersion'],
  ['otel.library.name', 'scopeName'],
  ['otel.library.version', 'scopeVersion'],
  ['event', 'eventName'],
]);

/**
 * A tag of Jaeger's search on one span: an attribute of the span, its resource or one of its events (Jaeger looks
 * into tags, process tags and logs), or what the tag stands for in OpenTelemetry.
 * Source: OpenTelemetry specification, OpenTelemetry to Jaeger transformation.
 */
export function jaegerTagCondition(key: string, value: string): FieldExpression {
  const attribute = tagCondition(key, value, ['any', 'event']);
  const field = fieldCondition(key, value);
  return field === undefined ? attribute : anyOf([field, attribute]);
}

function fieldCondition(key: string, value: string): FieldExpression | undefined {
  if (key === 'otel.status_code') {
    const status = STATUS_CODES.get(value.toUpperCase());
    return status === undefined ? undefined : equals('status', { kind: 'literal', type: 'status', value: status });
  }
  const name = TEXT_FIELDS.get(key);
  return name === undefined ? undefined : equals(name, { kind: 'literal', type: 'text', value });
}

function equals(name: IntrinsicField['name'], right: Literal): FieldExpression {
  return { kind: 'comparison', operator: '=', left: { kind: 'intrinsic', name }, right };
}
