import { type ReactNode, useMemo, useState } from 'react';

import { formatCount } from '../format/count.ts';
import { parseDuration } from '../format/duration.ts';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import styles from './filter-menu.module.css';
import { isFiltering, type SpanFilter } from './span-filter.ts';
import { closeWhenLeft } from './tool.tsx';
import { traceFacts } from './trace-facts.ts';
import toolbar from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';
import { KIND_WORDS } from './in-worker/statistics.ts';

/** Leaves spans out by service, kind and duration. */
export function FilterMenu({ view }: { readonly view: TraceView }): ReactNode {
  const filter = useViewState(view, (state) => state.filter);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- closes when the focus leaves
    <details className={toolbar['menu']} onBlur={closeWhenLeft}>
      <summary
        className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
        data-testid="filter-menu"
        data-active={isFiltering(filter)}
      >
        <Icon name="filter" size={14} /> Hide
      </summary>
      <FilterFields view={view} filter={filter} />
    </details>
  );
}

function FilterFields({ view, filter }: { readonly view: TraceView; readonly filter: SpanFilter }): ReactNode {
  const { columns } = view;
  const facts = useMemo(() => traceFacts(columns), [columns]);
  const kinds = useMemo(() => {
    const counts = KIND_WORDS.map(() => 0);
    for (const kind of columns.kind) counts[kind] = (counts[kind] ?? 0) + 1;
    return KIND_WORDS.flatMap((word, kind) => ((counts[kind] ?? 0) > 0 ? [{ word, count: counts[kind] ?? 0 }] : []));
  }, [columns]);
  const [duration, setDuration] = useState('');
  const minNano = duration.trim() === '' ? 0 : parseDuration(duration);
  const toggled = (list: readonly string[], item: string): readonly string[] =>
    list.includes(item) ? list.filter((other) => other !== item) : [...list, item].toSorted();
  return (
    <div className={styles['menu']}>
      <fieldset>
        <legend>Services to hide</legend>
        <ul className={styles['list']}>
          {facts.services.map(({ service, spanCount }) => (
            <li key={service}>
              <label>
                <input
                  type="checkbox"
                  checked={filter.services.includes(service)}
                  onChange={() => view.setFilter({ ...filter, services: toggled(filter.services, service) })}
                />
                <ServiceDot colour={view.colourOfService(service)} />
                <span className={styles['name']}>{service}</span>
                <span className={styles['count']}>{formatCount(spanCount)}</span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset>
        <legend>Kinds to hide</legend>
        <ul className={styles['kinds']}>
          {kinds.map(({ word, count }) => (
            <li key={word}>
              <label>
                <input
                  type="checkbox"
                  checked={filter.kinds.includes(word)}
                  onChange={() => view.setFilter({ ...filter, kinds: toggled(filter.kinds, word) })}
                />
                <span className={styles['name']}>{word}</span>
                <span className={styles['count']}>{formatCount(count)}</span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <form
        className={styles['duration']}
        onSubmit={(event) => {
          event.preventDefault();
          if (minNano !== undefined) view.setFilter({ ...filter, minDurationNano: minNano });
        }}
      >
        <label htmlFor="hide-below">Spans shorter than</label>
        <input
          id="hide-below"
          className={controls['input']}
          placeholder="10ms"
          spellCheck={false}
          autoComplete="off"
          aria-invalid={minNano === undefined}
          value={duration}
          onChange={(event) => setDuration(event.target.value)}
        />
        <button type="submit" className={controls['button']} disabled={minNano === undefined}>
          Hide
        </button>
      </form>
      <p className={styles['note']}>What lies below a hidden span moves up to the next one that is shown.</p>
    </div>
  );
}
