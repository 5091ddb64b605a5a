import {
  detailBlockOf,
  emptyAttributes,
  type InstrumentationScope,
  type Resource,
  type Span,
  type TraceColumns,
} from '@throughline/model';

import { decodeResourceMessage, decodeScopeMessage } from '../otlp/decode-parts.ts';
import { decodeSpanMessage } from '../otlp/decode-span.ts';

/** What of a span has no column (and the status as a whole). */
export type SpanDetails = Pick<
  Span,
  | 'traceState'
  | 'flags'
  | 'attributes'
  | 'droppedAttributesCount'
  | 'events'
  | 'droppedEventsCount'
  | 'links'
  | 'droppedLinksCount'
  | 'status'
>;

const NO_RESOURCE: Resource = { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };
const NO_SCOPE: InstrumentationScope = { ...NO_RESOURCE, name: '', version: '' };

/**
 * @throws DecodeError if the details are malformed.
 * @throws RangeError if there is no such row, or its details have not come yet.
 */
export function decodeSpanDetails(columns: TraceColumns, row: number): SpanDetails {
  const { block, start, end } = detailBlockOf(columns, row);
  const span = decodeSpanMessage(block.bytes.subarray(start, end), NO_RESOURCE, NO_SCOPE);
  return {
    traceState: span.traceState,
    flags: span.flags,
    attributes: span.attributes,
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events,
    droppedEventsCount: span.droppedEventsCount,
    links: span.links,
    droppedLinksCount: span.droppedLinksCount,
    status: span.status,
  };
}

/**
 * The resource at an index of the columns' `resources`.
 *
 * @throws DecodeError if it is malformed.
 * @throws RangeError if there is no such resource.
 */
export function decodeResource(columns: TraceColumns, index: number): Resource {
  const bytes = columns.resources[index];
  if (bytes === undefined) throw new RangeError(`no resource ${index} of ${columns.resources.length}`);
  return decodeResourceMessage(bytes);
}

/**
 * The scope at an index of the columns' `scopes`.
 *
 * @throws DecodeError if it is malformed.
 * @throws RangeError if there is no such scope.
 */
export function decodeScope(columns: TraceColumns, index: number): InstrumentationScope {
  const bytes = columns.scopes[index];
  if (bytes === undefined) throw new RangeError(`no scope ${index} of ${columns.scopes.length}`);
  return decodeScopeMessage(bytes);
}
