import type { AttributeValue, SpanEvent, SpanLink } from '@throughline/model';
import { isJsonObject, type JsonObject, optionalArray, optionalText } from '../mapping/json-object.ts';
import {
  readAttributes,
  readInstant,
  readJoinedAttributes,
  readSpanId,
  readTraceId,
  readUint32,
  sum,
} from './read-fields.ts';

export interface ReadList<T> {
  readonly read: readonly T[];
  readonly unreadableCount: number;
}

function readList<T>(json: unknown, readElement: (element: JsonObject) => T | undefined): ReadList<T> {
  const elements = optionalArray(json);
  if (elements === undefined) return { read: [], unreadableCount: 1 };
  const read: T[] = [];
  for (const element of elements) {
    const result = isJsonObject(element) ? readElement(element) : undefined;
    if (result !== undefined) read.push(result);
  }
  return { read, unreadableCount: elements.length - read.length };
}

export function readEvents(json: JsonObject, startTimeUnixNano: bigint): ReadList<SpanEvent> {
  const readOne = (event: JsonObject): SpanEvent | undefined => readEvent(event, startTimeUnixNano);
  const events = readList(json['events'], readOne);
  const logs = readList(json['logs'], readOne);
  return { read: [...events.read, ...logs.read], unreadableCount: events.unreadableCount + logs.unreadableCount };
}

const EVENT_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'timestamp',
  'timestamp_unix_nano',
  'time',
  'attributes',
  'attribute_types',
  'fields',
  'dropped_attributes_count',
]);

/**
 * An event `{name, timestamp|time, attributes}`, a log `{timestamp, fields}` named by its field `event` or `message`, or
 * a flat log `{timestamp, message, level}`: keys that have no meaning of their own are attributes.
 */
function readEvent(json: JsonObject, startTimeUnixNano: bigint): SpanEvent | undefined {
  const unixNano = json['timestamp_unix_nano'];
  const time = json['timestamp'] ?? json['time'];
  const hasTime = (unixNano ?? time ?? undefined) !== undefined;
  const timeUnixNano = hasTime ? readInstant(unixNano, time) : startTimeUnixNano;
  if (timeUnixNano === undefined) return undefined;
  const name = optionalText(json['name']);
  // A name that is no text is kept as well.
  const others = Object.entries(json).filter(
    ([key]) => !EVENT_FIELDS.has(key) || (key === 'name' && name === undefined),
  );
  const { attributes, unreadableCount } = readJoinedAttributes(
    [json['attributes'], json['fields'], Object.fromEntries(others)],
    json['attribute_types'],
  );
  return {
    timeUnixNano,
    name: (json['name'] ?? undefined) === undefined ? takeLogName(attributes) : (name ?? ''),
    attributes,
    droppedAttributesCount: sum(readUint32(json['dropped_attributes_count']), unreadableCount),
  };
}

function takeLogName(fields: Map<string, AttributeValue>): string {
  for (const key of ['event', 'message']) {
    const name = fields.get(key);
    if (typeof name !== 'string') continue;
    fields.delete(key);
    return name;
  }
  return '';
}

export function readLinks(json: unknown): ReadList<SpanLink> {
  return readList(json, (link) => {
    const traceId = readTraceId(link['trace_id']);
    const spanId = readSpanId(link['span_id']);
    if (traceId === undefined || spanId === undefined) return undefined;
    const { attributes, unreadableCount } = readAttributes(link['attributes'], link['attribute_types']);
    return {
      traceId,
      spanId,
      traceState: optionalText(link['trace_state']) ?? '',
      flags: readUint32(link['flags']),
      attributes,
      droppedAttributesCount: sum(readUint32(link['dropped_attributes_count']), unreadableCount),
    };
  });
}
