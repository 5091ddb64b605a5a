import { useQuery } from '@tanstack/react-query';
import { MAX_LISTED_TRACE_SPANS } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import { limitConcurrency } from '../api/limit-concurrency.ts';
import { firstValue } from './first-value.ts';
import type { Column } from './result-columns.ts';
import type { ResultTrace } from './result-trace.ts';

const oneOfFew = limitConcurrency(4);

/** What a trace has of the attributes: the first span's value that has one, depth-first from the root. */
export type RowAttributes =
  | { readonly state: 'loaded'; readonly values: ReadonlyMap<string, string> }
  | { readonly state: 'loading' | 'failed' | 'too-large' };

type AttributeColumn = Extract<Column, { kind: 'attribute' }>;

export function attributeKey({ scope, name }: AttributeColumn): string {
  return `${scope}.${name}`;
}

/** As the search answered them; of a trace that came without them they are asked for. */
export function useRowAttributes(trace: ResultTrace, columns: readonly AttributeColumn[]): RowAttributes {
  const { attributes } = trace;
  const isTooLarge = trace.spanCount > MAX_LISTED_TRACE_SPANS;
  const query = useQuery({
    queryKey: ['row-attributes', trace.traceId, columns.map(attributeKey)],
    queryFn: async ({ signal }) => {
      const { spans } = await oneOfFew(() => backend.getTrace(trace.traceId, { signal }), signal);
      return new Map(
        columns.flatMap((column) => {
          const value = firstValue(spans, column);
          return value === undefined ? [] : [[attributeKey(column), value] as const];
        }),
      );
    },
    enabled: columns.length > 0 && !isTooLarge && attributes === undefined,
  });
  if (isTooLarge) return { state: 'too-large' };
  if (attributes === 'coming') return { state: 'loading' };
  if (attributes !== undefined) return { state: 'loaded', values: attributes };
  if (query.isError) return { state: 'failed' };
  return query.data === undefined ? { state: 'loading' } : { state: 'loaded', values: query.data };
}
