import type { UseQueryResult } from '@tanstack/react-query';
import type { HeatMapAnswer } from '@throughline/query/client';
import { tagCondition } from '@throughline/traceql';
import type { ReactNode } from 'react';

import { messageOf } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { Link } from '../navigation/link.tsx';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { compareToUrl } from '../compare/compare-state.ts';
import { asksFor, formOf, searchWithCondition } from './form-query.ts';
import { HeatMap } from './heat-map.tsx';
import { layoutHeatMap } from './heat-map-layout.ts';
import { levelAlpha } from './heat-map-paint.ts';
import { regionText } from './heat-map-text.ts';
import styles from './plot-panel.module.css';
import type { Region } from './region.ts';
import type { ResultTrace } from './result-trace.ts';
import { ScatterPlot } from './scatter-plot.tsx';
import type { SearchState } from './search-state.ts';

/** What the search asks for over time: all its spans as a heat map, or the traces loaded as marks. */
export function PlotPanel({
  state,
  map,
  traces,
  active,
  onActivate,
  onOpen,
  onChange,
}: {
  readonly state: SearchState;
  readonly map: UseQueryResult<HeatMapAnswer>;
  readonly traces: readonly ResultTrace[];
  /** Index of the trace that the list is on, or -1. */
  readonly active: number;
  readonly onActivate: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onChange: (state: SearchState) => void;
}): ReactNode {
  const isMap = state.plot === 'heat-map';
  return (
    <section className={styles['panel']} aria-label="Durations over time" aria-busy={isMap && map.isPlaceholderData}>
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
        {isMap && map.data !== undefined && <MapFacts map={map.data} state={state} onChange={onChange} />}
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
        {state.region !== undefined && map.data !== undefined && (
          <Link to={comparisonPath(state, state.region, map.data)} data-testid="compare-region">
            What is different here?
          </Link>
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
            <HeatMap
              map={map.data}
              region={state.region}
              // A part of the search before is none of this one.
              isStale={map.isPlaceholderData}
              onSelect={(region) => onChange({ ...state, region })}
            />
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

/** What sets the traces of the selected part apart from all that are searched for. */
function comparisonPath(state: SearchState, region: Region, map: HeatMapAnswer): string {
  return compareToUrl({
    kind: 'sets',
    a: map.filter,
    b: region.query,
    time: state.time,
    aTime: undefined,
    bTime: { start: region.startTime, end: region.endTime },
  });
}

const ERRORS = tagCondition('error', 'true');

function MapFacts({
  map,
  state,
  onChange,
}: {
  readonly map: HeatMapAnswer;
  readonly state: SearchState;
  readonly onChange: (state: SearchState) => void;
}): ReactNode {
  const onlyErrors = searchWithCondition(state, ERRORS);
  const form = formOf(state);
  return (
    <span className={styles['facts']} data-testid="heat-map-count">
      {countOf(map.count, 'span')}
      {map.error_count > 0 && (
        <button
          type="button"
          className={styles['errors']}
          data-testid="only-errors"
          title="Only the spans that failed"
          disabled={onlyErrors === undefined || (form !== undefined && asksFor(form, ERRORS))}
          onClick={() => {
            if (onlyErrors !== undefined) onChange({ ...onlyErrors, region: undefined });
          }}
        >
          <span aria-hidden="true">◆</span>
          {countOf(map.error_count, 'error')}
        </button>
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
