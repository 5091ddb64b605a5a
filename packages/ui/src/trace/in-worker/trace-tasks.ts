import { matchTrace, parseQuery, type QueryError } from '@throughline/traceql';
import type { Trace, TraceColumns } from '@throughline/model';

import type { ClockTimes } from '../clock-times.ts';
import { createDetailsReader } from '../span-details.ts';
import { attributeGroups, attributeNames } from './attribute-groups.ts';
import { type CallGraph, callGraph } from './call-graph.ts';
import { correctedTimes } from './clock-task.ts';
import { traceOfColumns } from './column-trace.ts';
import { findInTrace, type FindResult, wantedBy } from './find.ts';
import { type FlameModel, mergedFlame, timeFlame } from './flame-model.ts';
import { type PathColumns, pathColumns } from './path-columns.ts';
import { rowOrder, type SortKey } from './row-order.ts';
import type { RowScope } from './row-scope.ts';
import { columnGroups, type GroupStatistics, groupStatistics, type RowGroups } from './statistics.ts';

/** What spans are put together by: a column, or an attribute of the span or its resource. */
export type GroupBy =
  | { readonly kind: 'service' | 'operation' | 'kind' }
  | { readonly kind: 'attribute'; readonly name: string };

export type FindAnswer = FindResult & { readonly problem?: QueryError };

export interface TaskContext {
  readonly signal: AbortSignal;
  /** What is known so far; the answer itself is what the task returns. */
  readonly onProgress: (progress: unknown) => void;
  /** Lets a newer request, or the browser, have its turn. */
  readonly pause: () => Promise<void>;
}

/** What takes long on a large trace, by name. All are pure functions of the columns and the request. */
export interface TraceTasks {
  readonly paths: (request: Record<string, never>) => PathColumns;
  readonly find: (request: { readonly text: string }, context: TaskContext) => Promise<FindAnswer>;
  readonly statistics: (
    request: { readonly by: GroupBy; readonly scope: RowScope },
    context: TaskContext,
  ) => Promise<readonly GroupStatistics[]>;
  readonly order: (request: {
    readonly key: SortKey;
    readonly descending: boolean;
    readonly scope: RowScope;
  }) => Uint32Array<ArrayBuffer>;
  readonly flame: (request: {
    readonly merged: boolean;
    readonly scope: RowScope;
    readonly startOffsetNano: Float64Array | undefined;
  }) => FlameModel;
  readonly graph: (request: { readonly by: 'service' | 'operation'; readonly scope: RowScope }) => CallGraph;
  readonly attributeNames: (request: Record<string, never>, context: TaskContext) => Promise<readonly string[]>;
  readonly groups: (request: { readonly by: GroupBy }, context: TaskContext) => Promise<RowGroups>;
  readonly clocks: (request: Record<string, never>, context: TaskContext) => Promise<ClockTimes>;
}

/** Tasks that read details wait until these have come. */
export function createTraceTasks(columns: TraceColumns, detailsEnded: Promise<void>): TraceTasks {
  const details = createDetailsReader(columns);
  let pathsOnce: PathColumns | undefined;
  let traceOnce: Trace | undefined;
  const paths = (): PathColumns => (pathsOnce ??= pathColumns(columns));
  const trace = (): Trace => (traceOnce ??= traceOfColumns(columns));
  /** A task that is not wanted any more when the details have come does not begin. */
  const afterDetails = async ({ signal }: TaskContext): Promise<void> => {
    await detailsEnded;
    signal.throwIfAborted();
  };
  const groups = async (by: GroupBy, context: TaskContext): Promise<RowGroups> => {
    if (by.kind !== 'attribute') return columnGroups(columns, by.kind);
    await afterDetails(context);
    return attributeGroups(columns, details, by.name);
  };
  return {
    paths,
    find: async ({ text }, context) => {
      const { signal, onProgress, pause } = context;
      const nothing = { matches: new Uint8Array(columns.spanCount), matchCount: 0, progress: 1 };
      const wanted = wantedBy(text);
      if (wanted.kind === 'nothing') return nothing;
      if (wanted.kind === 'query') {
        const { query, error } = parseQuery(wanted.text);
        if (query === undefined) return { ...nothing, problem: error };
        await afterDetails(context);
        return found(nothing.matches, matchTrace(query, trace()) ?? []);
      }
      await afterDetails(context);
      return findInTrace(columns, wanted, {
        signal,
        onProgress,
        pause,
        now: () => performance.now(),
        detailsOf: (row) => {
          const span = details.span(row);
          return { ...span, statusMessage: span.status.message };
        },
        resourceAttributes: details.resourceAttributes,
      });
    },
    statistics: async ({ by, scope }, context) => groupStatistics(columns, paths(), await groups(by, context), scope),
    order: ({ key, descending, scope }) => rowOrder(columns, paths(), key, descending, scope),
    flame: ({ merged, scope, startOffsetNano }) =>
      merged ? mergedFlame(columns, paths(), scope) : timeFlame(columns, scope, startOffsetNano),
    graph: ({ by, scope }) => callGraph(columns, paths(), by, scope),
    attributeNames: async (_request, context) => {
      await afterDetails(context);
      return attributeNames(columns, details);
    },
    groups: ({ by }, context) => groups(by, context),
    clocks: async (_request, context) => {
      await afterDetails(context);
      return correctedTimes(columns, trace(), details);
    },
  };
}

function found(matches: Uint8Array<ArrayBuffer>, rows: readonly number[]): FindAnswer {
  for (const row of rows) matches[row] = 1;
  return { matches, matchCount: rows.length, progress: 1 };
}
