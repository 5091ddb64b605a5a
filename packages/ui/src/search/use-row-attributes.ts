import { useQuery } from '@tanstack/react-query';

import { backend } from '../api/backend.ts';
import { firstValue } from './first-value.ts';
import type { Column } from './result-columns.ts';
import type { ResultTrace } from './result-trace.ts';

/** The spans of a larger trace are not fetched for a table's sake. */
const MAX_SPANS = 2_000;
const MAX_CONCURRENT = 4;

/** What a trace has of the attributes: the first span's value that has one, depth-first from the root. */
export type RowAttributes =
  | { readonly state: 'loaded'; readonly values: ReadonlyMap<string, string> }
  | { readonly state: 'loading' | 'failed' | 'too-large' };

type AttributeColumn = Extract<Column, { kind: 'attribute' }>;

export function attributeKey({ scope, name }: AttributeColumn): string {
  return `${scope}.${name}`;
}

export function useRowAttributes(trace: ResultTrace, columns: readonly AttributeColumn[]): RowAttributes {
  const isTooLarge = trace.spanCount > MAX_SPANS;
  const query = useQuery({
    queryKey: ['row-attributes', trace.traceId, columns.map(attributeKey)],
    queryFn: async ({ signal }) => {
      const { spans } = await inTurn(signal, () => backend.getTrace(trace.traceId, { signal }));
      return new Map(
        columns.flatMap((column) => {
          const value = firstValue(spans, column);
          return value === undefined ? [] : [[attributeKey(column), value] as const];
        }),
      );
    },
    enabled: columns.length > 0 && !isTooLarge,
  });
  if (isTooLarge) return { state: 'too-large' };
  if (query.isError) return { state: 'failed' };
  return query.data === undefined ? { state: 'loading' } : { state: 'loaded', values: query.data };
}

const turns = { running: 0, waiting: [] as (() => void)[] };

/** Calls it once fewer than {@link MAX_CONCURRENT} others are at it. */
async function inTurn<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  while (turns.running >= MAX_CONCURRENT) await new Promise<void>((resolve) => turns.waiting.push(resolve));
  turns.running++;
  try {
    // Who left the screen meanwhile is not asked for.
    signal.throwIfAborted();
    return await call();
  } finally {
    turns.running--;
    turns.waiting.shift()?.();
  }
}
