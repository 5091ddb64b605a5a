import { type ReactNode, useMemo } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime } from '../format/instant.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { navigate } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './compare-head.module.css';
import { compareToUrl, swapped, type TwoTracesState } from './compare-state.ts';
import { type ComparedTrace, type Comparison, contributorsOf } from './comparison.ts';
import { differenceInWords, explanationInWords, signedDuration } from './difference-words.ts';

const SHOWN_CONTRIBUTORS = 5;
/** Pairs below this share of the smaller trace: they hardly do the same. */
const RELATED_SHARE = 0.2;

/** Which traces, the difference in a sentence, and who it is due to. */
export function CompareHead({
  comparison,
  state,
  onReveal,
}: {
  readonly comparison: Comparison;
  readonly state: TwoTracesState;
  readonly onReveal: (node: number) => void;
}): ReactNode {
  const { a, b, pairCount } = comparison;
  const contributors = useMemo(() => contributorsOf(comparison), [comparison]);
  const why = explanationInWords(comparison, contributors);
  const isUnrelated = pairCount < RELATED_SHARE * Math.min(a.spanCount, b.spanCount);
  return (
    <div className={styles['head']}>
      <div className={styles['traces']}>
        <TraceCard
          side="A"
          trace={a}
          onChange={() => navigate(compareToUrl({ ...state, a: undefined, spanId: undefined }))}
        />
        <button
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          data-testid="swap"
          title="Swap A and B (s)"
          onClick={() => navigate(compareToUrl(swapped(state)))}
        >
          ⇄ Swap
        </button>
        <TraceCard
          side="B"
          trace={b}
          onChange={() => navigate(compareToUrl({ ...state, b: undefined, spanId: undefined }))}
        />
      </div>
      <p className={styles['sentence']} data-testid="difference">
        {a.traceId === b.traceId ? 'A trace compared with itself has no differences' : differenceInWords(comparison)}
        {why !== undefined && `; ${why}`}.
      </p>
      {isUnrelated && (
        <p className={styles['warning']} role="note">
          <Icon name="warning" size={14} /> Only {countOf(pairCount, 'span')} could be paired: the two traces do little
          alike.
        </p>
      )}
      {contributors.length > 0 && (
        <ul className={styles['contributors']} aria-label="What the difference is due to">
          {contributors.slice(0, SHOWN_CONTRIBUTORS).map((each) => (
            <li key={`${each.service} ${each.name}`}>
              <button
                type="button"
                className={styles['contributor']}
                data-testid="contributor"
                title={`Go to where ${each.service} ${each.name} adds most`}
                onClick={() => onReveal(each.node)}
              >
                <span className={each.deltaNano > 0 ? styles['more'] : styles['less']}>
                  {signedDuration(each.deltaNano)}
                </span>
                <strong>{each.service}</strong>
                <span>{each.name}</span>
                {each.aCount !== each.bCount && (
                  <span className={styles['muted']}>
                    {each.aCount} → {each.bCount} spans
                  </span>
                )}
              </button>
            </li>
          ))}
          {comparison.gapDeltaNano !== 0 && (
            <li className={styles['gap']}>
              <span className={comparison.gapDeltaNano > 0 ? styles['more'] : styles['less']}>
                {signedDuration(comparison.gapDeltaNano)}
              </span>{' '}
              in which no span ran
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function TraceCard({
  side,
  trace,
  onChange,
}: {
  readonly side: 'A' | 'B';
  readonly trace: ComparedTrace;
  readonly onChange: () => void;
}): ReactNode {
  return (
    <div className={styles['card']} data-testid={`side-${side.toLowerCase()}`}>
      <span className={side === 'A' ? styles['keyA'] : styles['keyB']} aria-hidden="true" />
      <strong>{side}</strong>
      <Link to={tracePath(trace.traceId)} title={`Open trace ${trace.traceId}`}>
        <code>{shortTraceId(trace.traceId)}</code>
      </Link>
      <span className={styles['root']}>
        {trace.rootService} {trace.rootName}
      </span>
      <strong>{formatDuration(trace.durationNano)}</strong>
      <span className={styles['muted']}>
        {countOf(trace.spanCount, 'span')}
        {trace.errorCount > 0 && `, ${countOf(trace.errorCount, 'error')}`} · {formatDateTime(trace.startMs)}
      </span>
      <button
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
        aria-label={`Change ${side}`}
        onClick={onChange}
      >
        Change
      </button>
    </div>
  );
}
