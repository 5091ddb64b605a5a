import { type ReactNode, useMemo, useState } from 'react';

import { countOf, formatCount } from '../../../format/count.ts';
import { formatDuration } from '../../../format/duration.ts';
import type { ModelPrice } from '../../../settings/ui-settings.ts';
import { ServiceDot } from '../../../shell/service-name.tsx';
import controls from '../../../styles/controls.module.css';
import type { DetailsReader } from '../../span-details.ts';
import type { TraceView } from '../../trace-view.ts';
import { formatCost } from './cost.ts';
import styles from './gen-ai-section.module.css';
import { type ModelCall, modelCallsBelow } from './model-calls.ts';

/** Calls shown at first. */
const SHOWN_AT_FIRST = 30;

/** The calls of models and tools below a span, each a way to its span, and what they took in all. */
export function ModelCallList({
  view,
  details,
  row,
  prices,
  currency,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly row: number;
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly currency: string;
}): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const { columns } = view;
  const below = useMemo(() => modelCallsBelow(columns, details, row, prices), [columns, details, row, prices]);
  const { calls } = below;
  if (calls.length === 0) return null;
  const sums = [
    countOf(calls.length, 'call'),
    `${formatCount(below.inputTokens)} tokens in, ${formatCount(below.outputTokens)} out`,
    ...(below.cost === undefined
      ? []
      : [`${below.isCostPartial ? 'at least ' : ''}${formatCost(below.cost, currency)}`]),
  ];
  return (
    <>
      <p className={styles['sums']} data-testid="gen-ai-sums">
        Below this span: {sums.join(' · ')}
        {below.isCut && ' (of the first spans; there are more)'}
      </p>
      <ul className={styles['calls']}>
        {(showsAll ? calls : calls.slice(0, SHOWN_AT_FIRST)).map((each) => (
          <Call key={each.row} view={view} each={each} currency={currency} />
        ))}
      </ul>
      {calls.length > SHOWN_AT_FIRST && !showsAll && (
        <button
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          onClick={() => setShowsAll(true)}
        >
          Show all {countOf(calls.length, 'call')}
        </button>
      )}
    </>
  );
}

function Call({
  view,
  each: { row, call, cost },
  currency,
}: {
  readonly view: TraceView;
  readonly each: ModelCall;
  readonly currency: string;
}): ReactNode {
  const { columns } = view;
  const counted = call.usage.input !== undefined || call.usage.output !== undefined;
  return (
    <li>
      <button
        type="button"
        className={styles['callRow']}
        onClick={() => {
          view.reveal(row);
          view.select(row);
        }}
      >
        <ServiceDot colour={view.colours[columns.service[row] ?? 0] ?? 0} />
        <span className={styles['callName']}>{columns.strings[columns.name[row] ?? 0]}</span>
        <span className={styles['muted']}>
          {counted && `${formatCount(call.usage.input ?? 0)} → ${formatCount(call.usage.output ?? 0)}`}
        </span>
        <span className={styles['muted']}>{cost === undefined ? '' : formatCost(cost, currency)}</span>
        <span>{formatDuration(columns.durationNano[row] ?? 0)}</span>
      </button>
    </li>
  );
}
