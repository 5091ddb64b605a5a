import type { DeploymentAnswer } from '@throughline/query/client';

import type { TimeMark } from '../charts/time-chart-layout.ts';

/** From the window's start on, a version seen this early (a share of the window) was there before. */
const THERE_BEFORE_SHARE = 0.02;

/**
 * Where a version appears that was not there when the window began. One version alone tells of no deployment in the
 * window, wherever its spans begin.
 */
export function deploymentMarks(
  deployments: readonly Pick<DeploymentAnswer, 'version' | 'first_seen'>[],
  window: { readonly start_time: number; readonly end_time: number },
): readonly TimeMark[] {
  if (deployments.length < 2) return [];
  const [earliest] = deployments.toSorted((a, b) => a.first_seen - b.first_seen);
  const since = Math.max(earliest?.first_seen ?? window.start_time, window.start_time);
  const after = since + (window.end_time - since) * THERE_BEFORE_SHARE;
  return deployments
    .filter(({ first_seen }) => first_seen > after)
    .toSorted((a, b) => a.first_seen - b.first_seen)
    .map(({ version, first_seen }) => ({ atMs: first_seen * 1000, label: version }));
}
