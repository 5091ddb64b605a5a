import {
  type Attributes,
  decodeResource,
  decodeScope,
  decodeSpanDetails,
  type TraceColumns,
} from '@throughline/query/client';
import { detailsPresence, type DetailsPresence } from '@throughline/model';

export type SpanDetails = ReturnType<typeof decodeSpanDetails>;
export type ResourceDetails = ReturnType<typeof decodeResource>;
export type ScopeDetails = ReturnType<typeof decodeScope>;

const MAX_CACHED_ROWS = 2000;

/** Decodes what the columns hold encoded, and keeps what was asked for lately. */
export interface DetailsReader {
  /** Whether there are details of the row. Those that were left out read as none. */
  readonly presence: (row: number) => DetailsPresence;
  /** Once they have come. */
  readonly span: (row: number) => SpanDetails;
  readonly resource: (index: number) => ResourceDetails;
  readonly scope: (index: number) => ScopeDetails;
  readonly resourceAttributes: (index: number) => Attributes;
}

export function createDetailsReader(columns: TraceColumns): DetailsReader {
  const spans = new Map<number, SpanDetails>();
  const resources = new Map<number, ResourceDetails>();
  const scopes = new Map<number, ScopeDetails>();
  const resource = (index: number): ResourceDetails => cached(resources, index, () => decodeResource(columns, index));
  return {
    presence: (row) => detailsPresence(columns, row),
    span: (row) => {
      const found = spans.get(row);
      if (found !== undefined) return found;
      // The oldest go first: a map keeps the order in which its keys came.
      if (spans.size >= MAX_CACHED_ROWS) spans.delete(spans.keys().next().value ?? row);
      return cached(spans, row, () => decodeSpanDetails(columns, row));
    },
    resource,
    scope: (index) => cached(scopes, index, () => decodeScope(columns, index)),
    resourceAttributes: (index) => resource(index).attributes,
  };
}

function cached<V>(map: Map<number, V>, key: number, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const value = make();
  map.set(key, value);
  return value;
}
