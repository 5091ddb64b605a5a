import type { ReactNode, Ref } from 'react';

import { countOf, formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/share.ts';
import { ServiceDot } from '../../shell/service-name.tsx';
import { shareOf } from '../statistics/sorted-statistics.ts';
import type { TraceView } from '../trace-view.ts';
import type { FlameModel } from '../in-worker/flame-model.ts';
import styles from './flame-graph.module.css';

/** What is under the pointer; the caller moves it. */
export function FlameTip({
  ref,
  view,
  model,
  box,
}: {
  readonly ref: Ref<HTMLDivElement>;
  readonly view: TraceView;
  readonly model: FlameModel;
  readonly box: number;
}): ReactNode {
  const { columns } = view;
  const row = model.row[box] ?? 0;
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  return (
    <div ref={ref} className={styles['tip']} hidden={box < 0} aria-hidden="true" data-testid="flame-tip">
      {box >= 0 && (
        <div>
          <strong>
            <ServiceDot colour={view.colourOfService(service)} /> {service}
          </strong>
          <p>{columns.strings[columns.name[row] ?? 0]}</p>
          <p className={styles['facts']}>{factsOf(view, model, box).join(' · ')}</p>
        </div>
      )}
    </div>
  );
}

export function boxInWords(view: TraceView, model: FlameModel, box: number): string {
  const { columns } = view;
  const row = model.row[box] ?? 0;
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  return [service, columns.strings[columns.name[row] ?? 0] ?? '', ...factsOf(view, model, box)].join(', ');
}

function factsOf(view: TraceView, model: FlameModel, box: number): readonly string[] {
  const row = model.row[box] ?? 0;
  const { merged } = model;
  if (merged !== undefined) {
    const width = (model.to[box] ?? 0) - (model.from[box] ?? 0);
    const errorCount = merged.errorCount[box] ?? 0;
    return [
      `× ${formatCount(merged.count[box] ?? 0)}`,
      `${formatDuration(width)} (${formatShare(shareOf(width, model.endNano))})`,
      `self ${formatDuration(merged.selfNano[box] ?? 0)}`,
      ...(errorCount > 0 ? [countOf(errorCount, 'error')] : []),
    ];
  }
  const { paths } = view.state();
  const durationNano = view.columns.durationNano[row] ?? 0;
  const critical = paths?.criticalNano[row] ?? 0;
  return [
    `${formatDuration(durationNano)} (${formatShare(shareOf(durationNano, view.durationNano))})`,
    ...(paths === undefined ? [] : [`self ${formatDuration(paths.selfNano[row] ?? 0)}`]),
    ...(critical > 0 ? [`critical path ${formatDuration(critical)}`] : []),
    ...(view.columns.error[row] === 1 ? ['error'] : []),
  ];
}
