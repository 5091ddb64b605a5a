import type { ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { Icon } from '../shell/icons.tsx';
import { markColourClass } from '../shell/mark-colour.ts';
import controls from '../styles/controls.module.css';
import type { ClockCorrection } from './clock-times.ts';
import styles from './shown-part.module.css';
import { isFiltering, nothingFiltered, type SpanFilter } from './span-filter.ts';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

/** Ancestors named in the way back; the ones in between are left out. */
const MAX_CRUMBS = 5;
/** Hosts whose correction is named. */
const MAX_HOSTS = 3;

/** What is left out, what the colours mean and whether clocks were put right: nothing while the trace is as it came. */
export function ShownPart({ view }: { readonly view: TraceView }): ReactNode {
  const root = useViewState(view, (state) => state.root);
  const filter = useViewState(view, (state) => state.filter);
  const hiddenCount = useViewState(view, (state) => state.tree.hiddenCount);
  const legend = useViewState(view, (state) => state.colouring.legend);
  const correction = useViewState(view, (state) => state.times.correction);
  if (root < 0 && !isFiltering(filter) && legend.length === 0 && correction === undefined) return null;
  return (
    <div className={styles['bar']} data-testid="shown-part">
      {root >= 0 && <Crumbs view={view} root={root} />}
      {isFiltering(filter) && <Filters view={view} filter={filter} hiddenCount={hiddenCount} />}
      {legend.length > 0 && (
        <ul className={styles['legend']} aria-label="Colours">
          {legend.map(({ mark, label, spanCount }) => (
            <li key={`${mark} ${label}`}>
              <span className={`${controls['dot']} ${markColourClass(mark)}`} aria-hidden="true" />
              <span className={styles['label']} title={label}>
                {label}
              </span>
              <span className={styles['muted']}>{formatCount(spanCount)}</span>
            </li>
          ))}
        </ul>
      )}
      {correction !== undefined && <Correction correction={correction} />}
    </div>
  );
}

/** The way from the trace's root to the span that is shown as root; each step goes back there. */
function Crumbs({ view, root }: { readonly view: TraceView; readonly root: number }): ReactNode {
  const { columns } = view;
  const above: number[] = [];
  for (let row = columns.parent[root] ?? -1; row >= 0; row = columns.parent[row] ?? -1) above.unshift(row);
  const shown = above.length <= MAX_CRUMBS ? above : [...above.slice(0, 1), ...above.slice(-(MAX_CRUMBS - 1))];
  return (
    <nav className={styles['crumbs']} aria-label="Way back to the whole trace" data-testid="crumbs">
      <button
        type="button"
        className={styles['crumb']}
        title="Back to the whole trace (S)"
        onClick={() => {
          view.setRoot(-1);
          view.reveal(root);
        }}
      >
        Whole trace
      </button>
      {shown.map((row, index) => (
        <span key={row} className={styles['step']}>
          <Icon name="right" size={12} />
          {above.length > MAX_CRUMBS && index === 1 && <span className={styles['muted']}>… </span>}
          <button type="button" className={styles['crumb']} onClick={() => view.setRoot(row)}>
            {columns.strings[columns.name[row] ?? 0]}
          </button>
        </span>
      ))}
      <span className={styles['step']}>
        <Icon name="right" size={12} />
        <strong aria-current="page">{columns.strings[columns.name[root] ?? 0]}</strong>
      </span>
    </nav>
  );
}

function Filters({
  view,
  filter,
  hiddenCount,
}: {
  readonly view: TraceView;
  readonly filter: SpanFilter;
  readonly hiddenCount: number;
}): ReactNode {
  const chips: readonly { readonly label: string; readonly without: Partial<SpanFilter> }[] = [
    ...filter.services.map((service) => ({
      label: service,
      without: { services: filter.services.filter((other) => other !== service) },
    })),
    ...filter.kinds.map((kind) => ({
      label: `kind ${kind}`,
      without: { kinds: filter.kinds.filter((other) => other !== kind) },
    })),
    ...(filter.minDurationNano > 0
      ? [{ label: `below ${formatDuration(filter.minDurationNano)}`, without: { minDurationNano: 0 } }]
      : []),
    ...(filter.onlyMatches ? [{ label: 'not matching', without: { onlyMatches: false } }] : []),
  ];
  return (
    <div className={styles['filters']}>
      <span data-testid="hidden-count">
        <strong>{countOf(hiddenCount, 'span')}</strong> hidden:
      </span>
      {chips.map(({ label, without }) => (
        <button
          key={label}
          type="button"
          className={styles['chip']}
          aria-label={`Show again: ${label}`}
          onClick={() => view.setFilter({ ...filter, ...without })}
        >
          {label}
          <Icon name="close" size={12} />
        </button>
      ))}
      <button type="button" className={styles['crumb']} title="O" onClick={() => view.setFilter(nothingFiltered)}>
        Show all
      </button>
    </div>
  );
}

function Correction({ correction }: { readonly correction: ClockCorrection }): ReactNode {
  const { hosts } = correction;
  if (hosts.length === 0) {
    return (
      <p className={styles['clocks']} data-testid="clocks">
        <Icon name="clock" size={14} /> The calls of this trace give no reason to correct any clock.
      </p>
    );
  }
  const named = hosts.slice(0, MAX_HOSTS).map(({ host, reference, offsetNano, errorNano }) => {
    const sign = offsetNano > 0 ? '+' : '−';
    return `${host} ${sign}${formatDuration(Math.abs(offsetNano))} (± ${formatDuration(errorNano)}) against ${reference}`;
  });
  const more = hosts.length > MAX_HOSTS ? `, and ${countOf(hosts.length - MAX_HOSTS, 'more host')}` : '';
  return (
    <p className={styles['clocks']} data-testid="clocks">
      <Icon name="clock" size={14} /> Clocks corrected: {named.join(', ')}
      {more}. A dashed line leads to where a span’s own clock has it.
    </p>
  );
}
