import type { ReactNode } from 'react';

import { formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime, formatRelative } from '../format/instant.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { type Column, columnKey, type Fact, FACT_COLUMNS, NARROW_COLUMNS } from './result-columns.ts';
import styles from './result-table.module.css';
import type { ResultTrace } from './result-trace.ts';
import { attributeKey, type RowAttributes, useRowAttributes } from './use-row-attributes.ts';

/** Services shown as dots at most; the rest is a number. */
const MAX_DOTS = 6;

interface RowFacts {
  readonly trace: ResultTrace;
  readonly longestNano: number;
  readonly colours: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

/** The cells of a trace: the box that ticks it, and the columns, whose first one holds the link of the whole row. */
export function ResultRow({
  trace,
  columns,
  isActive,
  longestNano,
  colours,
  nowMs,
  isTicked,
  onTick,
}: RowFacts & {
  readonly columns: readonly Column[];
  readonly isActive: boolean;
  readonly isTicked: boolean;
  readonly onTick: () => void;
}): ReactNode {
  const attributes = useRowAttributes(
    trace,
    columns.filter((column) => column.kind === 'attribute'),
  );
  const facts = { trace, longestNano, colours, nowMs, namesService: columns === NARROW_COLUMNS };
  const cells = columns.map((column, index) => {
    const isNumber = column.kind === 'fact' && FACT_COLUMNS[column.fact].isNumber;
    const content =
      column.kind === 'fact' ? (
        <FactCell fact={column.fact} {...facts} />
      ) : (
        <AttributeCell attributes={attributes} name={attributeKey(column)} />
      );
    return (
      <div key={columnKey(column)} role="cell" className={isNumber ? styles['number'] : styles['cell']}>
        {index === 0 ? (
          <Link
            to={tracePath(trace.traceId)}
            className={styles['link']}
            data-testid="result"
            data-trace-id={trace.traceId}
            aria-current={isActive}
            aria-label={nameOf(trace)}
          >
            {content}
          </Link>
        ) : (
          content
        )}
      </div>
    );
  });
  return (
    <>
      <div role="cell" className={styles['tickCell']}>
        <label className={styles['tick']}>
          <input
            type="checkbox"
            data-testid="tick"
            aria-label={`Tick to compare: ${nameOf(trace)}`}
            checked={isTicked}
            onChange={onTick}
          />
        </label>
      </div>
      {cells}
    </>
  );
}

function nameOf({ rootService, rootOperation, durationNano, startMs }: ResultTrace): string {
  return `${rootService} ${rootOperation}, ${formatDuration(durationNano)}, ${formatDateTime(startMs)}`;
}

function FactCell({
  fact,
  trace,
  longestNano,
  colours,
  nowMs,
  namesService,
}: RowFacts & {
  readonly fact: Fact;
  /** Before the operation, where the service has no column. */
  readonly namesService: boolean;
}): ReactNode {
  switch (fact) {
    case 'start':
      return <span title={formatRelative(trace.startMs, nowMs)}>{formatDateTime(trace.startMs)}</span>;
    case 'service':
      return (
        <span className={styles['service']} title={trace.rootService}>
          <ServiceDot colour={colours.get(trace.rootService) ?? 0} />
          <span>{trace.rootService === '' ? 'unknown service' : trace.rootService}</span>
        </span>
      );
    case 'operation':
      return (
        <span title={trace.rootOperation}>
          {namesService && <strong>{trace.rootService} </strong>}
          {trace.rootOperation}
        </span>
      );
    case 'duration':
      return (
        <span className={styles['duration']}>
          <span className={styles['track']} aria-hidden="true">
            <span
              className={trace.errorCount > 0 ? styles['barError'] : styles['bar']}
              style={{ width: `${Math.max(1, (trace.durationNano / longestNano) * 100)}%` }}
            />
          </span>
          <span className={styles['durationText']}>{formatDuration(trace.durationNano)}</span>
        </span>
      );
    case 'errors':
      return trace.errorCount === 0 ? (
        <span className={styles['none']}>0</span>
      ) : (
        <span className={controls['errorMark']}>
          <Icon name="error" size={14} />
          {formatCount(trace.errorCount)}
        </span>
      );
    case 'spans':
      return formatCount(trace.spanCount);
    case 'services':
      return (
        <span className={styles['dots']} title={trace.services.join('\n')}>
          {trace.services.slice(0, MAX_DOTS).map((service) => (
            <ServiceDot key={service} colour={colours.get(service) ?? 0} />
          ))}
          <span>{trace.services.length}</span>
        </span>
      );
    case 'id':
      return (
        <code title={trace.traceId} className={styles['id']}>
          {shortTraceId(trace.traceId, 16)}…
        </code>
      );
  }
}

const STATE_TEXTS = {
  loading: ['…', 'Loading'],
  failed: ['?', 'The trace could not be read'],
  'too-large': ['–', 'The trace is too large to read for this table; open it'],
} as const;

function AttributeCell({ attributes, name }: { readonly attributes: RowAttributes; readonly name: string }): ReactNode {
  if (attributes.state !== 'loaded') {
    const [text, title] = STATE_TEXTS[attributes.state];
    return (
      <span className={styles['none']} title={title}>
        {text}
      </span>
    );
  }
  const value = attributes.values.get(name);
  if (value === undefined) return <span className={styles['none']}>–</span>;
  return <span title={value}>{value}</span>;
}
