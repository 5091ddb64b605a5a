import type {
  Attributes,
  AttributeValue,
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
} from '@throughline/model';
import { emptyAttributes, StatusCode } from '@throughline/model';
import { decodeAnyValue, decodeEventMessage, decodeLinkMessage } from '@throughline/wire';
import { parseCanonicalResource, parseCanonicalScope } from '../sql/canonical-text.ts';
import { eachMessage } from './message-list.ts';
import type { BytesColumn, MapOfColumns, NativeBlock, NativeColumn } from './native-reader.ts';
import { bigintAt, bytesAt, column, columnOfKind, hexAt, numberAt, ofKind, textAt } from './native-values.ts';

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

/** The columns that {@link structureReader} reads, as a SELECT list. */
export const STRUCTURE_COLUMNS: string = [
  'trace_id',
  'span_id',
  'parent_span_id',
  'start_time_unix_nano',
  'duration_nano',
  'negative_duration_nano',
  'name',
  'kind',
  'is_error',
  'weight',
  'resource',
].join(', ');

const NO_PARENT = '0'.repeat(16);
const none: readonly never[] = [];

/** Rows of the table `spans` as model spans. Equal resources and scopes within a block are one object. */
export function spansFromBlock(block: NativeBlock): Span[] {
  const spanAt = spanReader(block);
  return Array.from({ length: block.rowCount }, (_, row) => spanAt(row));
}

/** As {@link spansFromBlock}, row by row. */
export function spanReader(block: NativeBlock): (row: number) => Span {
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
  const events = columnOfKind(block, 'events', 'bytes');
  const links = columnOfKind(block, 'links', 'bytes');
  const resourceAt = byDictionary<Resource>(get('resource'), parseCanonicalResource);
  const scopeAt = byDictionary<InstrumentationScope>(get('scope'), parseCanonicalScope);
  const attributesAt = attributeReader(block);
  return (row) => {
    const start = bigintAt(starts, row);
    return {
      traceId: hexAt(traceIds, row),
      spanId: hexAt(spanIds, row),
      parentSpanId: parentIdAt(parents, row),
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
    };
  };
}

const UNSET: SpanStatus = { code: StatusCode.UNSET, message: '' };
const ERROR: SpanStatus = { code: StatusCode.ERROR, message: '' };
const NO_SCOPE: InstrumentationScope = parseCanonicalScope('');

/** Spans of which only the structure was read, see `SpanDetail`, row by row. */
export function structureReader(block: NativeBlock): (row: number) => Span {
  const get = (name: string): NativeColumn => column(block, name);
  const traceIds = get('trace_id');
  const spanIds = get('span_id');
  const parents = get('parent_span_id');
  const starts = get('start_time_unix_nano');
  const durations = get('duration_nano');
  const negatives = get('negative_duration_nano');
  const names = get('name');
  const kinds = get('kind');
  const errors = get('is_error');
  const weights = get('weight');
  const resourceAt = byDictionary<Resource>(get('resource'), parseCanonicalResource);
  return (row) => {
    const start = bigintAt(starts, row);
    return {
      traceId: hexAt(traceIds, row),
      spanId: hexAt(spanIds, row),
      parentSpanId: parentIdAt(parents, row),
      traceState: '',
      flags: 0,
      name: textAt(names, row),
      kind: numberAt(kinds, row) as SpanKind, // as above
      startTimeUnixNano: start,
      endTimeUnixNano: start + bigintAt(durations, row) - bigintAt(negatives, row),
      attributes: emptyAttributes,
      droppedAttributesCount: 0,
      events: none,
      droppedEventsCount: 0,
      links: none,
      droppedLinksCount: 0,
      status: numberAt(errors, row) === 1 ? ERROR : UNSET,
      resource: resourceAt(row),
      scope: NO_SCOPE,
      weight: numberAt(weights, row),
    };
  };
}

function parentIdAt(parents: NativeColumn, row: number): string {
  const parentSpanId = hexAt(parents, row);
  return parentSpanId === NO_PARENT ? '' : parentSpanId;
}

function byDictionary<T>(from: NativeColumn, parse: (text: string) => T): (row: number) => T {
  const { keys, indexes } = ofKind(from, 'dictionary');
  const parsed: (T | undefined)[] = [];
  return (row) => {
    const index = indexes[row] ?? 0;
    return (parsed[index] ??= parse(textAt(keys, index)));
  };
}

function messagesAt<T>(list: BytesColumn, row: number, decode: (bytes: Uint8Array) => T): readonly T[] {
  const start = list.starts[row] ?? 0;
  const end = list.ends[row] ?? 0;
  if (start === end) return none;
  const messages: T[] = [];
  eachMessage(list.bytes, start, end, (bytes, from, to) => messages.push(decode(bytes.subarray(from, to))));
  return messages;
}

function attributeReader(block: NativeBlock): (row: number) => Attributes {
  const map = (name: string): MapOfColumns => columnOfKind(block, name, 'map');
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
