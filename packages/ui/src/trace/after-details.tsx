import type { ReactNode } from 'react';

import { type DetailsArrival, useDetailsState } from './details-arrival.ts';

/** What needs the details of all spans, once they have come; `meanwhile` before. */
export function AfterDetails({
  arrival,
  meanwhile = null,
  children,
}: {
  readonly arrival: DetailsArrival;
  readonly meanwhile?: ReactNode;
  readonly children: () => ReactNode;
}): ReactNode {
  return useDetailsState(arrival).kind === 'coming' ? meanwhile : children();
}
