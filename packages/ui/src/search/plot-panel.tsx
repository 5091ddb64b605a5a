import type { HeatMapAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { messageOf } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { HeatMap } from './heat-map.tsx';
import { layoutHeatMap } from './heat-map-layout.ts';
import { levelAlpha } from './heat-map-paint.ts';
import { regionText } from './heat-map-text.ts';
import styles from './plot-panel.module.css';
import type { ResultTrace } from './result-trace.ts';
import { ScatterPlot } from './scatter-plot.tsx';
import type { SearchState } from './search-state.ts';
import { useHeatMap } from './use-search.ts';

/** What the search asks for over time: all its spans as a heat map, or the traces loaded as marks. */
export function PlotPanel({
  state,
  traces,
  active,
  onActivate,
  onOpen,
  onChange,
}: {
  readonly state: SearchState;
  readonly traces: readonly ResultTrace[];
  /** Index of the trace that the list is on, or -1. */
  readonly active: number;
  readonly onActivate: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onChange: (state: SearchState) => void;
}): ReactNode {
  const isMap = state.plot === 'heat-map';
  const map = useHeatMap(state, isMap);
  return (
    <section className={styles['panel']} aria-label="Durations over time">
      <div className={styles['head']}>
        <div className={controls['segments']} role="group" aria-label="Plot">
          {PLOTS.map(([plot, label]) => (
            <button
              key={plot}
              type="button"
              className={controls['segment']}
              data-testid={`plot-${plot}`}
              aria-pressed={state.plot === plot}
              onClick={() => onChange({ ...state, plot })}
            >
              {label}
            </button>
          ))}
        </div>
        {isMap && map.data !== undefined && <MapFacts map={map.data} />}
        {state.region !== undefined && (
          <span className={styles['chip']} data-testid="region">
            {regionText(state.region)}
            <button
              type="button"
              aria-label="Clear the selection"
              data-testid="clear-region"
              onClick={() => onChange({ ...state, region: undefined })}
            >
              <Icon name="close" size={10} />
            </button>
          </span>
        )}
        {isMap && map.data !== undefined && <Legend map={map.data} />}
      </div>
      {isMap ? (
        map.isPending ? (
          <p className={styles['message']} role="status">
            Counting…
          </p>
        ) : map.isError ? (
          <p className={styles['message']} role="alert">
            {messageOf(map.error)}
          </p>
        ) : (
          <>
            <HeatMap map={map.data} region={state.region} onSelect={(region) => onChange({ ...state, region })} />
            {map.data.reasons.map(({ code, message }) => (
              <p key={code} className={styles['reason']}>
                <Icon name="warning" size={14} /> {message}
              </p>
            ))}
          </>
        )
      ) : (
        <ScatterPlot traces={traces} highlighted={active} onHighlight={onActivate} onOpen={onOpen} />
      )}
    </section>
  );
}

const PLOTS = [
  ['heat-map', 'Heat map'],
  ['traces', 'Loaded traces'],
] as const;

function MapFacts({ map }: { readonly map: HeatMapAnswer }): ReactNode {
  return (
    <span className={styles['facts']} data-testid="heat-map-count">
      {countOf(map.count, 'span')}
      {map.error_count > 0 && (
        <span className={controls['errorMark']}>
          <span aria-hidden="true">◆</span>
          {countOf(map.error_count, 'error')}
        </span>
      )}
    </span>
  );
}

/** What the colours and the diamond stand for. */
function Legend({ map }: { readonly map: HeatMapAnswer }): ReactNode {
  const { levels } = layoutHeatMap(map, 0, 0, 0);
  if (levels.length === 0) return null;
  return (
    <ul className={styles['legend']} aria-label="Spans of a cell">
      {levels.map((least, level) => (
        <li key={least}>
          <span className={styles['swatch']} aria-hidden="true">
            <span style={{ opacity: levelAlpha(level, levels.length) }} />
          </span>
          {formatCount(least)}
          {level === levels.length - 1 && '+'}
        </li>
      ))}
      <li>
        <span className={styles['diamond']} aria-hidden="true">
          ◆
        </span>
        errors
      </li>
    </ul>
  );
}
