import type { RequestStatistics, TimeWindow } from '../span-store.ts';

export interface RequestGroupScan {
  readonly by: 'service' | 'operation';
  /** Only requests of this service. */
  readonly service?: string;
  readonly window: TimeWindow;
  /** Length of the steps of {@link RequestGroup.points}, which begin at its multiples since the epoch. */
  readonly stepNano: bigint;
}

/** Requests of one service, or of one operation of it. Quantiles may be off by 2 %. */
export interface RequestGroup extends RequestStatistics {
  readonly service: string;
  /** Undefined by service. */
  readonly operation: string | undefined;
  /** By time; steps without requests are left out. */
  readonly points: readonly (RequestStatistics & { readonly startTimeUnixNano: bigint })[];
}

/** By service, then operation. */
export function compareGroups(
  a: Pick<RequestGroup, 'service' | 'operation'>,
  b: Pick<RequestGroup, 'service' | 'operation'>,
): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  const [left = '', right = ''] = [a.operation, b.operation];
  return left < right ? -1 : left > right ? 1 : 0;
}
