import { useQuery } from '@tanstack/react-query';
import type { ComponentAnswer, TraceAnalysisAnswer } from '@throughline/query/client';
import { type ReactNode, useMemo } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { Link } from '../navigation/link.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { assignServiceColours } from '../trace/service-colours.ts';
import { findingName } from './findings.ts';
import { Quiet, Reasons } from './section.tsx';
import { doubtsInWords, gapInWords, longestSegments, whereTimeWent } from './trace-insights-words.ts';
import card from '../styles/card.module.css';
import styles from './trace-insights.module.css';
import { formatShare } from '../format/share.ts';

const SHOWN_OPERATIONS = 12;
const SHOWN_GAPS = 6;
const SHOWN_SPANS = 4;

/** Why one trace took as long as it did: findings, where the time went, gaps, and what is to be doubted. */
export default function TraceInsights({
  traceId,
  onSpan,
}: {
  readonly traceId: string;
  /** Goes to a span of the trace. */
  readonly onSpan: (spanId: string) => void;
}): ReactNode {
  const analysis = useQuery({
    queryKey: ['insights', 'diagnosis', traceId],
    queryFn: ({ signal }) => backend.analyzeTrace(traceId, {}, { signal }),
  });
  if (analysis.isPending) {
    return (
      <p className={styles['pending']} role="status">
        Examining the trace…
      </p>
    );
  }
  if (analysis.isError) {
    return (
      <div className={styles['pending']} role="alert">
        <p>{messageOf(analysis.error)}</p>
        <button type="button" className={controls['button']} onClick={() => void analysis.refetch()}>
          Try again
        </button>
      </div>
    );
  }
  return <Analysis analysis={analysis.data} onSpan={onSpan} />;
}

interface PartProps {
  readonly analysis: TraceAnalysisAnswer;
  readonly onSpan: (spanId: string) => void;
}

function Analysis({ analysis, onSpan }: PartProps): ReactNode {
  const doubts = doubtsInWords(analysis.quality);
  return (
    <div className={styles['page']} data-testid="trace-insights">
      <div className={styles['top']}>
        <p className={styles['sentence']} data-testid="where-time-went">
          {whereTimeWent(analysis)}
        </p>
        <Link to={`/compare?b=${analysis.trace_id}`} className={controls['button']} data-testid="compare-usual">
          Compare with a usual one
        </Link>
      </div>
      <div className={styles['columns']}>
        <Findings analysis={analysis} onSpan={onSpan} />
        <div className={card['column']}>
          <TimeByOperation analysis={analysis} onSpan={onSpan} />
          <Gaps analysis={analysis} onSpan={onSpan} />
        </div>
      </div>
      <section className={card['card']} aria-label="How far to trust this">
        <h2>How far to trust this</h2>
        {doubts.length === 0 && analysis.reasons.length === 0 ? (
          <Quiet>The trace is complete as far as its spans tell.</Quiet>
        ) : (
          <ul className={styles['doubts']}>
            {doubts.map((doubt) => (
              <li key={doubt}>{doubt}</li>
            ))}
          </ul>
        )}
        <Reasons of={analysis} />
      </section>
    </div>
  );
}

function Findings({ analysis: { patterns, duration_nano: duration }, onSpan }: PartProps): ReactNode {
  return (
    <section className={card['card']} aria-label="What could be better" data-testid="trace-findings">
      <h2>What could be better</h2>
      {patterns.length === 0 ? (
        <Quiet>No repeated calls, retries, waits, timeouts or errors.</Quiet>
      ) : (
        <ul>
          {patterns.map((pattern) => (
            <li
              key={`${pattern.kind} ${pattern.span_ids[0]}`}
              className={styles['finding']}
              data-testid="trace-finding"
            >
              <span className={styles['saving']}>
                {pattern.saving_nano > 0 ? (
                  <>
                    <strong>−{formatDuration(pattern.saving_nano)}</strong>
                    <span className={styles['muted']}>{formatShare(pattern.saving_nano / Math.max(1, duration))}</span>
                  </>
                ) : (
                  <span className={styles['muted']}>no time</span>
                )}
              </span>
              <span className={styles['text']}>
                <span>
                  <strong>{findingName(pattern.kind)}</strong>
                  {pattern.confidence === 'possible' && <span className={styles['muted']}> possibly</span>}
                </span>
                <span>{pattern.summary}</span>
                <span className={styles['spans']}>
                  {pattern.span_ids.slice(0, SHOWN_SPANS).map((spanId, index) => (
                    <SpanButton key={spanId} spanId={spanId} label={`Span ${index + 1}`} onSpan={onSpan} />
                  ))}
                  {pattern.span_count > SHOWN_SPANS && (
                    <span className={styles['muted']}>of {formatCount(pattern.span_count)}</span>
                  )}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function TimeByOperation({ analysis, onSpan }: PartProps): ReactNode {
  const { operations, services, critical_path: path, duration_nano: duration } = analysis;
  const colours = useMemo(() => assignServiceColours(services.map(({ service }) => service)), [services]);
  const longest = useMemo(() => longestSegments(path.segments), [path]);
  const onPath = operations.filter(({ critical_nano: nano }) => nano > 0);
  return (
    <section className={card['card']} aria-label="Where the time went" data-testid="trace-path">
      <h2>
        Where the time went <span>on the critical path, by operation</span>
      </h2>
      <ul>
        {onPath.slice(0, SHOWN_OPERATIONS).map((each) => (
          <OperationRow
            key={`${each.service} ${each.operation}`}
            component={each}
            share={each.critical_nano / Math.max(1, duration)}
            colour={colours.get(each.service) ?? 0}
            spanId={longest.get(`${each.service} ${each.operation ?? ''}`)}
            onSpan={onSpan}
          />
        ))}
        {path.gap_nano > 0 && (
          <li className={styles['operation']}>
            <span className={styles['muted']}>time in which no span ran</span>
            <Share share={path.gap_nano / Math.max(1, duration)} nano={path.gap_nano} />
          </li>
        )}
      </ul>
      {onPath.length > SHOWN_OPERATIONS && (
        <p className={styles['foot']}>{countOf(onPath.length - SHOWN_OPERATIONS, 'more operation')} with less.</p>
      )}
      <p className={styles['foot']}>
        {analysis.concurrency.average.toFixed(1)} spans worked at once on average, at most {analysis.concurrency.peak}
        {analysis.concurrency.idle_nano > 0 && `; for ${formatDuration(analysis.concurrency.idle_nano)} none did`}.
      </p>
    </section>
  );
}

function OperationRow({
  component: { service, operation, critical_nano: nano, span_count: count, error_count: errorCount },
  share,
  colour,
  spanId,
  onSpan,
}: {
  readonly component: ComponentAnswer;
  readonly share: number;
  readonly colour: number;
  readonly spanId: string | undefined;
  readonly onSpan: (spanId: string) => void;
}): ReactNode {
  const name = (
    <>
      <ServiceDot colour={colour} /> <strong>{service}</strong> {operation}
    </>
  );
  return (
    <li className={styles['operation']} data-testid="path-operation">
      {spanId === undefined ? (
        <span className={styles['name']}>{name}</span>
      ) : (
        <button
          type="button"
          className={styles['nameButton']}
          title="Go to where it takes longest"
          onClick={() => onSpan(spanId)}
        >
          {name}
        </button>
      )}
      <Share
        share={share}
        nano={nano}
        title={countOf(count, 'span') + (errorCount > 0 ? `, ${countOf(errorCount, 'error')}` : '')}
      />
    </li>
  );
}

function Share({
  share,
  nano,
  title,
}: {
  readonly share: number;
  readonly nano: number;
  readonly title?: string;
}): ReactNode {
  return (
    <span className={styles['share']} title={title}>
      <span className={styles['track']} aria-hidden="true">
        <span className={styles['bar']} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span>{formatShare(share)}</span>
      <span>{formatDuration(nano)}</span>
    </span>
  );
}

function Gaps({ analysis: { gaps }, onSpan }: PartProps): ReactNode {
  if (gaps.length === 0) return null;
  return (
    <section className={card['card']} aria-label="Gaps" data-testid="trace-gaps">
      <h2>
        Gaps <span>time that no instrumentation explains</span>
      </h2>
      <ul>
        {gaps.slice(0, SHOWN_GAPS).map((gap) => (
          <li key={`${gap.span_id} ${gap.start_offset_nano}`} className={styles['gap']}>
            <span>
              {gapInWords(gap)}
              <span className={styles['muted']}>
                , {formatDuration(gap.start_offset_nano)} after the start
                {gap.critical_nano > 0 && `; ${formatDuration(gap.critical_nano)} of it on the critical path`}
              </span>
            </span>
            <span className={styles['spans']}>
              <SpanButton
                spanId={gap.span_id}
                label={gap.kind === 'within_span' ? 'Span' : 'Span around'}
                onSpan={onSpan}
              />
              {gap.after_span_id !== null && (
                <SpanButton spanId={gap.after_span_id} label="Before it" onSpan={onSpan} />
              )}
              {gap.before_span_id !== null && (
                <SpanButton spanId={gap.before_span_id} label="After it" onSpan={onSpan} />
              )}
            </span>
          </li>
        ))}
      </ul>
      {gaps.length > SHOWN_GAPS && (
        <p className={styles['foot']}>{countOf(gaps.length - SHOWN_GAPS, 'smaller one')}.</p>
      )}
    </section>
  );
}

function SpanButton({
  spanId,
  label,
  onSpan,
}: {
  readonly spanId: string;
  readonly label: string;
  readonly onSpan: (spanId: string) => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${controls['button']} ${controls['small']}`}
      data-testid="evidence-span"
      title={`Go to span ${spanId}`}
      onClick={() => onSpan(spanId)}
    >
      {label}
    </button>
  );
}
