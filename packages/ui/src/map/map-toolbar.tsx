import type { ReactNode, RefObject } from 'react';

import { useParameters } from '../navigation/use-parameters.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import type { TimeRange } from '../time-range/time-range.ts';
import type { MapControls } from './map-canvas.tsx';
import type { Direction } from './map-selection.ts';
import { ALL_HOPS, HOPS, hopsToUrl, mapFromUrl } from './map-state.ts';
import styles from './map-toolbar.module.css';

const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  both: 'callers and callees',
  callers: 'callers',
  callees: 'callees',
};

/** What of the map is shown, of which time, and how near. */
export function MapToolbar({
  time,
  onTime,
  onRefresh,
  controls: map,
}: {
  readonly time: TimeRange;
  readonly onTime: (time: TimeRange) => void;
  readonly onRefresh: () => void;
  readonly controls: RefObject<MapControls | null>;
}): ReactNode {
  const [parameters, change] = useParameters();
  const { filter } = mapFromUrl(parameters);
  const { focus } = filter;
  return (
    <div className={styles['bar']}>
      <h1 className={styles['title']}>Map</h1>
      <input
        type="search"
        className={`${controls['input']} ${styles['filter']}`}
        aria-label="Filter the map by name"
        placeholder="Filter by name…"
        data-testid="map-filter"
        value={filter.text}
        onChange={(event) => change({ filter: event.target.value }, { replace: true })}
      />
      <Toggle
        pressed={filter.errorsOnly}
        testId="map-errors"
        onToggle={() => change({ errors: filter.errorsOnly ? undefined : 'only' })}
      >
        Only failures
      </Toggle>
      <Toggle
        pressed={filter.peers}
        testId="map-peers"
        onToggle={() => change({ peers: filter.peers ? 'hidden' : undefined })}
      >
        Databases and peers
      </Toggle>
      {focus !== undefined && (
        <div className={styles['focus']} role="group" aria-label="Neighbourhood" data-testid="map-neighbourhood">
          <select
            className={styles['select']}
            aria-label="How far"
            value={hopsToUrl(focus.hops) ?? String(HOPS[0])}
            onChange={(event) =>
              change({ hops: event.target.value === String(HOPS[0]) ? undefined : event.target.value })
            }
          >
            {HOPS.map((hops) => (
              <option key={hops} value={String(hops)}>
                {hops === 1 ? '1 call' : `${hops} calls`}
              </option>
            ))}
            <option value={hopsToUrl(ALL_HOPS)}>all calls</option>
          </select>
          to
          <select
            className={styles['select']}
            aria-label="Which way"
            value={focus.direction}
            onChange={(event) => change({ direction: event.target.value === 'both' ? undefined : event.target.value })}
          >
            {Object.entries(DIRECTION_WORDS).map(([direction, words]) => (
              <option key={direction} value={direction}>
                {words}
              </option>
            ))}
          </select>
          of <b>{focus.id.replace(/^(?:peer )?\S+ /, '')}</b>
          <button
            type="button"
            className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
            data-testid="map-unfocus"
            onClick={() => change({ focus: undefined, hops: undefined, direction: undefined })}
          >
            <Icon name="close" size={12} />
            Whole map
          </button>
        </div>
      )}
      <div className={styles['end']}>
        <div role="group" aria-label="Zoom" className={styles['zoom']}>
          <Tool label="Zoom in (+)" icon="plus" onClick={() => map.current?.zoom(1.25)} />
          <Tool label="Zoom out (-)" icon="minus" onClick={() => map.current?.zoom(0.8)} />
          <Tool label="Show everything (0)" icon="fit" onClick={() => map.current?.fit()} />
        </div>
        <TimeRangeField layout="inline" value={time} onChange={onTime} />
        <button type="button" className={controls['button']} onClick={onRefresh}>
          <Icon name="refresh" size={14} />
          Refresh
        </button>
      </div>
    </div>
  );
}

function Toggle({
  pressed,
  testId,
  onToggle,
  children,
}: {
  readonly pressed: boolean;
  readonly testId: string;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${controls['button']} ${styles['toggle']}`}
      aria-pressed={pressed}
      data-testid={testId}
      onClick={onToggle}
    >
      {pressed && <Icon name="check" size={14} />}
      {children}
    </button>
  );
}

function Tool({
  label,
  icon,
  onClick,
}: {
  readonly label: string;
  readonly icon: 'plus' | 'minus' | 'fit';
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}
