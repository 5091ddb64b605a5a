import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime, formatRelative } from '../format/instant.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { assignServiceColours } from '../trace/service-colours.ts';
import styles from './result-list.module.css';
import type { ResultTrace } from './result-trace.ts';

const ROW_HEIGHT = 64;
/** Services named in a row at most; those that do not fit are left out, their number is told. */
const MAX_SERVICES = 12;

/** Where each search was scrolled to, so that "back" comes back to the place. */
const scrollOffsets = new Map<string, number>();

/** The traces found; only what is on screen is in the page. */
export function ResultList({
  traces,
  searchKey,
  active,
  inSight,
  nowMs,
  scroller,
  footer,
  onActivate,
}: {
  readonly traces: readonly ResultTrace[];
  readonly searchKey: string;
  /** Index of the row that keyboard and plot are on, or -1. */
  readonly active: number;
  /** A new object scrolls the row into sight. */
  readonly inSight: { readonly index: number } | undefined;
  readonly nowMs: number;
  /** What scrolls; null until it is there. */
  readonly scroller: HTMLElement | null;
  readonly footer: ReactNode;
  readonly onActivate: (index: number) => void;
}): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const longestNano = useMemo(() => traces.reduce((max, trace) => Math.max(max, trace.durationNano), 1), [traces]);
  const colours = useMemo(() => assignServiceColours(traces.flatMap((trace) => trace.services)), [traces]);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes this component
  const rows = useVirtualizer({
    count: traces.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
    initialOffset: () => scrollOffsets.get(searchKey) ?? 0,
  });
  useEffect(() => {
    if (scroller === null) return undefined;
    const remember = (): void => void scrollOffsets.set(searchKey, scroller.scrollTop);
    scroller.addEventListener('scroll', remember, { passive: true });
    return () => scroller.removeEventListener('scroll', remember);
  }, [scroller, searchKey]);
  useEffect(() => {
    if (inSight !== undefined && inSight.index >= 0) rows.scrollToIndex(inSight.index, { align: 'auto' });
  }, [inSight, rows]);
  return (
    <>
      <div
        ref={list}
        role="list"
        aria-label="Traces"
        data-testid="results"
        className={styles['list']}
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const trace = traces[index];
          return trace === undefined ? null : (
            <div
              key={trace.traceId}
              role="listitem"
              className={styles['item']}
              style={{ transform: `translateY(${start - (list.current?.offsetTop ?? 0)}px)` }}
            >
              <Row
                trace={trace}
                active={index === active}
                longestNano={longestNano}
                colours={colours}
                nowMs={nowMs}
                onActivate={() => onActivate(index)}
              />
            </div>
          );
        })}
      </div>
      {footer}
    </>
  );
}

function Row({
  trace,
  active,
  longestNano,
  colours,
  nowMs,
  onActivate,
}: {
  readonly trace: ResultTrace;
  readonly active: boolean;
  readonly longestNano: number;
  readonly colours: ReadonlyMap<string, number>;
  readonly nowMs: number;
  readonly onActivate: () => void;
}): ReactNode {
  return (
    <Link
      to={tracePath(trace.traceId)}
      className={styles['row']}
      data-testid="result"
      data-trace-id={trace.traceId}
      aria-current={active}
      onPointerMove={onActivate}
    >
      <span className={styles['name']}>
        <ServiceDot colour={colours.get(trace.rootService) ?? 0} />
        <span className={styles['service']}>{trace.rootService === '' ? 'unknown service' : trace.rootService}</span>
        <span className={styles['operation']}>{trace.rootOperation}</span>
      </span>
      <span className={styles['duration']}>
        <span className={styles['track']} aria-hidden="true">
          <span
            className={trace.errorCount > 0 ? styles['barError'] : styles['bar']}
            style={{ width: `${Math.max(1, (trace.durationNano / longestNano) * 100)}%` }}
          />
        </span>
        <span className={styles['durationText']}>{formatDuration(trace.durationNano)}</span>
      </span>
      <span className={styles['services']}>
        {trace.services.slice(0, MAX_SERVICES).map((service) => (
          <span key={service} className={styles['chip']}>
            <ServiceDot colour={colours.get(service) ?? 0} />
            {service}
          </span>
        ))}
      </span>
      <span className={styles['facts']}>
        {trace.errorCount > 0 && (
          <span className={controls['errorMark']}>
            <Icon name="error" size={14} />
            {countOf(trace.errorCount, 'error')}
          </span>
        )}
        <span title={trace.services.join('\n')}>{countOf(trace.services.length, 'service')}</span>
        <span>{countOf(trace.spanCount, 'span')}</span>
        <span className={styles['time']} title={formatDateTime(trace.startMs)}>
          <span className={styles['absolute']}>{formatDateTime(trace.startMs)}</span>
          <span className={styles['relative']}>{formatRelative(trace.startMs, nowMs)}</span>
        </span>
      </span>
    </Link>
  );
}
