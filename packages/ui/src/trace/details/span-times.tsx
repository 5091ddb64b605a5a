import { SpanKind, StatusCode } from '@throughline/model';
import type { ReactNode } from 'react';

import { formatDuration } from '../../format/duration.ts';
import { formatInstantNano } from '../../format/instant.ts';
import { selfTimeNano } from '../trace-facts.ts';
import type { TraceView } from '../trace-view.ts';
import styles from './span-times.module.css';

const KIND_WORDS: Readonly<Record<number, string>> = {
  [SpanKind.UNSPECIFIED]: 'unspecified',
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUS_WORDS: Readonly<Record<number, string>> = {
  [StatusCode.UNSET]: 'unset',
  [StatusCode.OK]: 'ok',
  [StatusCode.ERROR]: 'error',
};

/** How long, when, what kind, how it ended. */
export function SpanTimes({ view, row }: { readonly view: TraceView; readonly row: number }): ReactNode {
  const { columns } = view;
  const startOffset = columns.startOffsetNano[row] ?? 0;
  const duration = columns.durationNano[row] ?? 0;
  const share = view.durationNano > 0 ? (duration / view.durationNano) * 100 : 100;
  const facts: readonly (readonly [string, string, string?])[] = [
    ['Duration', formatDuration(duration), `${share < 10 ? share.toFixed(1) : share.toFixed(0)} % of the trace`],
    ['Self time', formatDuration(selfTimeNano(columns, row)), 'The span’s time without a child running'],
    ['Starts after', formatDuration(startOffset), 'From the start of the trace'],
    [
      'Kind and status',
      `${KIND_WORDS[columns.kind[row] ?? 0] ?? 'unspecified'}, ${STATUS_WORDS[columns.statusCode[row] ?? 0] ?? 'unset'}`,
    ],
    ['Started', formatInstantNano(columns.startTimeUnixNano + BigInt(Math.round(startOffset)))],
  ];
  return (
    <dl className={styles['facts']}>
      {facts.map(([label, value, title]) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
