import type {
  Attributes,
  AttributeValue,
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  StatusCode,
} from '@throughline/model';
import { emptyAttributes } from '@throughline/model';
import { decodeAnyValue, decodeEventMessage, decodeLinkMessage } from '@throughline/wire';
import { parseCanonicalResource, parseCanonicalScope } from '../sql/canonical-text.ts';
import type { DictionaryColumn, MapOfColumns, NativeBlock, NativeColumn } from './native-reader.ts';
import { bigintAt, bytesAt, column, hexAt, numberAt, textAt } from './native-values.ts';

/** The columns that {@link spansFromBlock} reads, as a SELECT list. */
export const SPAN_COLUMNS: string = [
  'trace_id',
  'span_id',
  'parent_span_id',
  'start_time_unix_nano',
  'duration_nano',
  'negative_duration_nano',
  'name',
  'kind',
  'status_code',
  'status_message',
  'trace_state',
  'flags',
  'weight',
  'dropped_attributes_count',
  'dropped_events_count',
  'dropped_links_count',
  'resource',
  'scope',
  'attr_string',
  'attr_int',
  'attr_double',
  'attr_bool',
  'attr_other',
  'events',
  'links',
].join(', ');

const NO_PARENT = '0'.repeat(16);
const none: readonly never[] = [];

/** Rows of the table `spans` as model spans. Equal resources and scopes within a block are one object. */
export function spansFromBlock(block: NativeBlock): Span[] {
  const get = (name: string): NativeColumn => column(block, name);
  const traceIds = get('trace_id');
  const spanIds = get('span_id');
  const parents = get('parent_span_id');
  const starts = get('start_time_unix_nano');
  const durations = get('duration_nano');
  const negatives = get('negative_duration_nano');
  const names = get('name');
  const kinds = get('kind');
  const statusCodes = get('status_code');
  const statusMessages = get('status_message');
  const traceStates = get('trace_state');
  const flags = get('flags');
  const weights = get('weight');
  const droppedAttributes = get('dropped_attributes_count');
  const droppedEvents = get('dropped_events_count');
  const droppedLinks = get('dropped_links_count');
  const events = get('events');
  const links = get('links');
  const resourceAt = byDictionary<Resource>(get('resource'), parseCanonicalResource);
  const scopeAt = byDictionary<InstrumentationScope>(get('scope'), parseCanonicalScope);
  const attributesAt = attributeReader(block);
  const spans: Span[] = [];
  for (let row = 0; row < block.rowCount; row++) {
    const start = bigintAt(starts, row);
    const parentSpanId = hexAt(parents, row);
    spans.push({
      traceId: hexAt(traceIds, row),
      spanId: hexAt(spanIds, row),
      parentSpanId: parentSpanId === NO_PARENT ? '' : parentSpanId,
      traceState: textAt(traceStates, row),
      flags: numberAt(flags, row),
      name: textAt(names, row),
      kind: numberAt(kinds, row) as SpanKind, // the decoder writes no other numbers
      startTimeUnixNano: start,
      endTimeUnixNano: start + bigintAt(durations, row) - bigintAt(negatives, row),
      attributes: attributesAt(row),
      droppedAttributesCount: numberAt(droppedAttributes, row),
      events: messagesAt(events, row, decodeEventMessage) satisfies readonly SpanEvent[],
      droppedEventsCount: numberAt(droppedEvents, row),
      links: messagesAt(links, row, decodeLinkMessage) satisfies readonly SpanLink[],
      droppedLinksCount: numberAt(droppedLinks, row),
      status: {
        code: numberAt(statusCodes, row) as StatusCode, // as for the kind
        message: textAt(statusMessages, row),
      },
      resource: resourceAt(row),
      scope: scopeAt(row),
      weight: numberAt(weights, row),
    });
  }
  return spans;
}

function byDictionary<T>(from: NativeColumn, parse: (text: string) => T): (row: number) => T {
  const { keys, indexes } = from as DictionaryColumn; // the column's type in the schema
  const parsed: (T | undefined)[] = [];
  return (row) => {
    const index = indexes[row] ?? 0;
    return (parsed[index] ??= parse(textAt(keys, index)));
  };
}

function messagesAt<T>(from: NativeColumn, row: number, decode: (bytes: Uint8Array) => T): readonly T[] {
  const bytes = bytesAt(from, row);
  if (bytes.length === 0) return none;
  const messages: T[] = [];
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      length += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    messages.push(decode(bytes.subarray(at, at + length)));
    at += length;
  }
  return messages;
}

function attributeReader(block: NativeBlock): (row: number) => Attributes {
  const map = (name: string): MapOfColumns => column(block, name) as MapOfColumns; // the type in the schema
  const readers: readonly [MapOfColumns, (values: NativeColumn, index: number) => AttributeValue][] = [
    [map('attr_string'), textAt],
    [map('attr_int'), bigintAt],
    [map('attr_double'), numberAt],
    [map('attr_bool'), (values, index) => numberAt(values, index) !== 0],
    // A copy: the value outlives the result's memory.
    [map('attr_other'), (values, index) => decodeAnyValue(Uint8Array.from(bytesAt(values, index)))],
  ];
  return (row) => {
    let attributes: Map<string, AttributeValue> | undefined;
    for (const [{ ends, keys, values }, read] of readers) {
      for (let i = row === 0 ? 0 : (ends[row - 1] ?? 0); i < (ends[row] ?? 0); i++) {
        (attributes ??= new Map()).set(textAt(keys, i), read(values, i));
      }
    }
    return attributes ?? emptyAttributes;
  };
}
