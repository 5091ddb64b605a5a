import type { AttributeValue, SpanEvent } from '@throughline/model';
import { attributeFromJson } from '../mapping/attribute-from-json.ts';
import { attributeText } from '../mapping/attribute-text.ts';
import { isJsonObject } from '../mapping/json-object.ts';
import { takeCount, writeCount } from '../mapping/otel-tags.ts';
import type { ZipkinAnnotation } from './zipkin-span.ts';

/**
 * An annotation as an event. Its text is the event's name, unless it has the form in which OpenTelemetry writes events
 * with attributes: `"name":{"key":value}`. Source: OpenTelemetry specification, trace/sdk_exporters/zipkin.md, Events.
 */
export function eventFromAnnotation({ timeUnixNano, value }: ZipkinAnnotation): SpanEvent {
  const { name, attributes } = nameAndAttributes(value);
  const droppedAttributesCount = takeCount(attributes, 'otel.dropped_attributes_count');
  return { timeUnixNano, name, attributes, droppedAttributesCount };
}

/** The text of an event's annotation. */
export function annotationText({ name, attributes, droppedAttributesCount }: SpanEvent): string {
  const fields = new Map(attributes);
  writeCount(fields, 'otel.dropped_attributes_count', droppedAttributesCount);
  return fields.size === 0 ? name : `${JSON.stringify(name)}:${attributeText(fields)}`;
}

interface NameAndAttributes {
  readonly name: string;
  readonly attributes: Map<string, AttributeValue>;
}

function nameAndAttributes(value: string): NameAndAttributes {
  const plain: NameAndAttributes = { name: value, attributes: new Map() };
  if (!value.startsWith('"') || !value.endsWith('}')) return plain;
  let json: unknown;
  try {
    json = JSON.parse(`{${value}}`);
  } catch {
    return plain;
  }
  const entries = isJsonObject(json) ? Object.entries(json) : [];
  const [name, fields] = entries[0] ?? ['', undefined];
  if (entries.length !== 1 || !isJsonObject(fields)) return plain;
  const attributes = attributeFromJson(fields);
  return attributes instanceof Map ? { name, attributes: new Map(attributes) } : plain;
}
