import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type {
  ChangesAnswer,
  ErrorsAnswer,
  RootCauseAnswer,
  SlowTracesAnswer,
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
import { LEAST_TRACES } from './verdict.ts';

const LIMIT = 20;
/** Of these the slowest are diagnosed. */
const SLOW_TRACES = 12;

export interface RootCauseResult {
  readonly answer: RootCauseAnswer;
  /** There was too little before the window, so that it was divided instead. */
  readonly fellBack: boolean;
}

export interface Insights {
  readonly window: ResolvedWindow | undefined;
  readonly errors: UseQueryResult<ErrorsAnswer>;
  readonly rootCauses: UseQueryResult<RootCauseResult>;
  readonly changes: UseQueryResult<ChangesAnswer>;
  readonly slow: UseQueryResult<SlowTracesAnswer>;
  readonly diagnoses: readonly UseQueryResult<TraceAnalysisAnswer>[];
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
  const rootCauses = useQuery({
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
    queryFn: ({ signal }) => backend.slowTraces({ ...about, percentile: 95, limit: SLOW_TRACES }, { signal }),
  });
  const diagnoses = useQueries({
    queries: (slow.data?.traces ?? []).map(({ trace_id: traceId }) => ({
      queryKey: ['insights', 'diagnosis', traceId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => backend.analyzeTrace(traceId, {}, { signal }),
    })),
  });
  return { window, errors, rootCauses, changes, slow, diagnoses, refresh: () => void errors.refetch() };
}

function resolvedWindow(answer: ErrorsAnswer | undefined): ResolvedWindow | undefined {
  if (answer === undefined) return undefined;
  return {
    fromUnixNano: BigInt(answer.window.start_time_unix_nano),
    toUnixNano: BigInt(answer.window.end_time_unix_nano),
  };
}

async function askRootCauses(
  window: ResolvedWindow | undefined,
  against: Reference,
  signal: AbortSignal,
): Promise<RootCauseResult> {
  if (window === undefined) throw new Error('asked before the window was known');
  const about = { ...exactWindow(window), limit: LIMIT };
  const answer = await backend.rootCauses({ ...about, ...referenceParametersOf(window, against) }, { signal });
  // Only where nobody asked for that time in particular.
  if (against.kind !== 'previous' || (answer.reference?.read_trace_count ?? 0) >= LEAST_TRACES) {
    return { answer, fellBack: false };
  }
  return { answer: await backend.rootCauses(about, { signal }), fellBack: true };
}
