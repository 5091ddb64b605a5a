import type { ReactNode } from 'react';

import { formatCount } from '../format/count.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import styles from './evidence.module.css';
import { type ResolvedWindow, searchFor } from './insights-state.ts';

const MAX_TRACES = 3;

export interface EvidenceTrace {
  readonly traceId: string;
  readonly spanId?: string | undefined;
  /** What sets it apart from the others, e.g. a duration. */
  readonly label?: string | undefined;
}

/** Traces that show it, each open at the span. */
export function TraceLinks({
  traces,
  max = MAX_TRACES,
}: {
  readonly traces: readonly EvidenceTrace[];
  readonly max?: number;
}): ReactNode {
  const shown = distinctTraces(traces);
  if (shown.length === 0) return null;
  return (
    <span className={styles['traces']}>
      <span className={styles['label']}>{shown.length === 1 ? 'Trace' : 'Traces'}</span>
      {shown.slice(0, max).map(({ traceId, spanId, label }) => (
        <Link
          key={traceId}
          to={tracePath(traceId, spanId)}
          className={styles['trace']}
          data-testid="evidence-trace"
          title={`Open trace ${traceId} at the span`}
        >
          <code>{shortTraceId(traceId)}</code>
          {label !== undefined && <span className={styles['traceLabel']}>{label}</span>}
        </Link>
      ))}
    </span>
  );
}

function distinctTraces(traces: readonly EvidenceTrace[]): readonly EvidenceTrace[] {
  const seen = new Set<string>();
  return traces.filter(({ traceId }) => {
    if (seen.has(traceId)) return false;
    seen.add(traceId);
    return true;
  });
}

/** The TraceQL of a number, which lists its traces. */
export function QueryLink({
  query,
  window,
  count,
}: {
  readonly query: string;
  readonly window: ResolvedWindow;
  readonly count?: number;
}): ReactNode {
  return (
    <Link
      to={searchFor(query, window)}
      className={styles['query']}
      data-testid="evidence-query"
      title={`List the traces: ${query}`}
    >
      <Icon name="search" size={14} />
      <code>{query}</code>
      {count !== undefined && <span className={styles['traceLabel']}>{formatCount(count)}</span>}
    </Link>
  );
}
