import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type {
  ChangesAnswer,
  ClockSkewAnswer,
  CriticalPathProfileAnswer,
  ErrorsAnswer,
  RootCauseAnswer,
  SearchAnswer,
  TraceAnalysisAnswer,
} from '@throughline/query/client';
import { useMemo } from 'react';

import { backend } from '../api/backend.ts';
import {
  exactWindow,
  type InsightsState,
  type Reference,
  referenceParametersOf,
  type ResolvedWindow,
  windowParametersOf,
} from './insights-state.ts';
import { clearestAnswer } from './verdict.ts';

const LIMIT = 20;
/** So many operations are listed with the time they own. */
const PATH_OWNERS = 6;
/** So many, the longest, are diagnosed. */
const SLOW_TRACES = 12;

export interface Insights {
  readonly window: ResolvedWindow | undefined;
  readonly errors: UseQueryResult<ErrorsAnswer>;
  /** The ranking that explains most, see `clearestAnswer`; waits for the changes, which may confirm one. */
  readonly rootCauses: Pick<UseQueryResult<RootCauseAnswer>, 'data' | 'error' | 'isError' | 'refetch'>;
  readonly changes: UseQueryResult<ChangesAnswer>;
  readonly slow: UseQueryResult<SearchAnswer>;
  readonly diagnoses: readonly UseQueryResult<TraceAnalysisAnswer>[];
  /** Of the service that most of the longest traces begin with; null without traces. */
  readonly path: Pick<UseQueryResult<CriticalPathProfileAnswer | null>, 'data' | 'error' | 'isError' | 'refetch'>;
  readonly clocks: UseQueryResult<ClockSkewAnswer>;
  /** Asks everything again, the window included. */
  readonly refresh: () => void;
}

/**
 * Every section's answer by itself, so that none waits for another; but all are about one window, which the kinds of
 * errors, the quickest answer, resolve.
 */
export function useInsights(state: InsightsState, key: string): Insights {
  const errors = useQuery({
    queryKey: ['insights', 'errors', key],
    queryFn: ({ signal }) => backend.errors({ ...windowParametersOf(state.time), limit: LIMIT }, { signal }),
  });
  const window = useMemo(() => resolvedWindow(errors.data), [errors.data]);
  const about = window === undefined ? undefined : exactWindow(window);
  const shared = { enabled: window !== undefined } as const;
  const rankings = useQuery({
    ...shared,
    queryKey: ['insights', 'root-cause', key, about],
    queryFn: ({ signal }) => askRootCauses(window, state.against, signal),
  });
  const changes = useQuery({
    ...shared,
    queryKey: ['insights', 'changes', key, about],
    queryFn: ({ signal }) =>
      backend.changes(
        {
          ...about,
          ...(window !== undefined && state.against.kind === 'between' && referenceParametersOf(window, state.against)),
          limit: LIMIT,
        },
        { signal },
      ),
  });
  const slow = useQuery({
    ...shared,
    queryKey: ['insights', 'slow', about],
    queryFn: ({ signal }) => backend.searchTraces({ ...about, order: 'longest', limit: SLOW_TRACES }, { signal }),
  });
  const diagnoses = useQueries({
    queries: (slow.data?.traces ?? []).map(({ trace_id: traceId }) => ({
      queryKey: ['insights', 'diagnosis', traceId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => backend.analyzeTrace(traceId, {}, { signal }),
    })),
  });
  const entry = useMemo(() => entryService(slow.data), [slow.data]);
  const profile = useQuery({
    enabled: slow.data !== undefined,
    queryKey: ['insights', 'path', entry, about],
    queryFn: ({ signal }) =>
      entry === undefined ? null : backend.criticalPathProfile(entry, { ...about, limit: PATH_OWNERS }, { signal }),
  });
  // A failed search is a failure of what is asked about its traces: to ask again is to search again.
  const path = (slow.isError ? { ...slow, data: undefined } : profile) as Insights['path'];
  const clocks = useQuery({
    ...shared,
    queryKey: ['insights', 'clocks', about],
    queryFn: ({ signal }) => backend.clockSkew({ ...about, limit: LIMIT }, { signal }),
  });
  const clearest = useMemo(
    () => (rankings.data === undefined || changes.isPending ? undefined : clearestAnswer(rankings.data, changes.data)),
    [rankings.data, changes.isPending, changes.data],
  );
  const rootCauses = {
    data: clearest,
    error: rankings.error,
    isError: rankings.isError,
    refetch: rankings.refetch,
  } as Insights['rootCauses'];
  return {
    window,
    errors,
    rootCauses,
    changes,
    slow,
    diagnoses,
    path,
    clocks,
    refresh: () => void errors.refetch(),
  };
}

/** The service that most of the traces begin with, the first of equals; undefined without traces. */
function entryService(answer: SearchAnswer | undefined): string | undefined {
  const counts = new Map<string, number>();
  for (const { root_service: service } of answer?.traces ?? []) {
    if (service !== '') counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function resolvedWindow(answer: ErrorsAnswer | undefined): ResolvedWindow | undefined {
  if (answer === undefined) return undefined;
  return {
    fromUnixNano: BigInt(answer.window.start_time_unix_nano),
    toUnixNano: BigInt(answer.window.end_time_unix_nano),
  };
}

/** One answer, or with `auto` those of both references, of which the other still counts if one fails. */
async function askRootCauses(
  window: ResolvedWindow | undefined,
  against: Reference,
  signal: AbortSignal,
): Promise<readonly RootCauseAnswer[]> {
  if (window === undefined) throw new Error('asked before the window was known');
  const about = { ...exactWindow(window), limit: LIMIT };
  const ask = (reference: Exclude<Reference, { kind: 'auto' }>): Promise<RootCauseAnswer> =>
    backend.rootCauses({ ...about, ...referenceParametersOf(window, reference) }, { signal });
  if (against.kind !== 'auto') return [await ask(against)];
  const settled = await Promise.allSettled([ask({ kind: 'previous' }), ask({ kind: 'within' })]);
  const answers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = settled.find((each) => each.status === 'rejected');
  if (answers.length === 0) throw failed?.reason;
  return answers;
}
