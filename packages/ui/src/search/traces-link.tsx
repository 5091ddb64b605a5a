import type { ReactNode } from 'react';

import { Link } from '../navigation/link.tsx';
import type { TimeRange } from '../time-range/time-range.ts';
import { initialSearch, searchToUrl } from './search-state.ts';

/** An answer's window, whichever analysis gave it. */
export interface AnsweredWindow {
  readonly start_time: number;
  readonly end_time: number;
}

/** Its window in whole milliseconds around it. */
export function rangeOf({ start_time, end_time }: AnsweredWindow): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: Math.floor(start_time * 1000), toMs: Math.ceil(end_time * 1000) };
}

/** The search that lists the traces of a query within some time. */
export function tracesPath(
  query: string,
  time: TimeRange | { readonly fromMs: number; readonly toMs: number },
): string {
  const range: TimeRange = 'kind' in time ? time : { kind: 'between', ...time };
  return searchToUrl({ ...initialSearch, mode: 'query', query, time: range });
}

/** A number that opens the traces it is made of. */
export function TracesLink({
  query,
  time,
  children,
  ...props
}: {
  /** TraceQL, as it stands beside the number in the answer. */
  readonly query: string;
  readonly time: TimeRange | { readonly fromMs: number; readonly toMs: number };
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly 'aria-label'?: string | undefined;
  readonly 'data-testid'?: string | undefined;
}): ReactNode {
  return (
    <Link to={tracesPath(query, time)} {...props}>
      {children}
    </Link>
  );
}

/**
 * The query with one more condition on its last spans. Of an analysis' queries the last thing is always the filter of
 * the spans that are counted, in braces.
 */
export function withCondition(query: string, condition: string): string {
  const end = query.lastIndexOf('}');
  const before = query.slice(0, end).trimEnd();
  return `${before}${before.endsWith('{') ? '' : ' &&'} ${condition} }${query.slice(end + 1)}`;
}
