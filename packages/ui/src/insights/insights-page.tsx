import { type ReactNode, useEffect, useMemo } from 'react';

import { compareToUrl } from '../compare/compare-state.ts';
import { troubledAgainstRest } from '../compare/presets.ts';
import { formatDateTime } from '../format/instant.ts';
import { navigate, useLocation } from '../navigation/location.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { INITIAL_TIME_RANGE } from '../time-range/time-range.ts';
import { assignServiceColours } from '../trace/service-colours.ts';
import { CauseSection } from './cause-section.tsx';
import { ChangeSection } from './change-section.tsx';
import { ClockSection } from './clock-section.tsx';
import { ErrorSection } from './error-section.tsx';
import { FindingSection } from './finding-section.tsx';
import styles from './insights-page.module.css';
import { exactSeconds, insightsFromUrl, insightsToUrl, type ResolvedWindow } from './insights-state.ts';
import { ReferenceField } from './reference-field.tsx';
import { PathSection } from './path-section.tsx';
import { type Insights, useInsights } from './use-insights.ts';
import type { Cause } from './verdict.ts';
import { VerdictCard } from './verdict-card.tsx';

/** What is wrong in a window of time, and why: one sentence, then the evidence. */
export default function InsightsPage(): ReactNode {
  const { search } = useLocation();
  const state = useMemo(() => insightsFromUrl(search), [search]);
  const insights = useInsights(state, insightsToUrl({ ...state, level: 'services' }));
  const { window, errors, rootCauses, changes, slow, diagnoses, path, clocks } = insights;
  const colours = useMemo(() => assignServiceColours(servicesOf(insights)), [insights]);
  // When the answer was made: ages and days are told from there, and do not change while one reads.
  const nowMs = errors.dataUpdatedAt;
  useEffect(() => {
    document.title = 'Insights · Throughline';
  }, []);
  return (
    <main className={styles['page']} data-testid="insights-page">
      <header className={styles['head']}>
        <div className={styles['heading']}>
          <h1>Insights</h1>
          <p className={styles['window']} data-testid="insights-window">
            {window === undefined ? '' : windowInWords(window)}
          </p>
        </div>
        <div className={styles['fields']}>
          <TimeRangeField
            layout="inline"
            value={state.time ?? INITIAL_TIME_RANGE}
            onChange={(time) => navigate(insightsToUrl({ ...state, time }))}
          />
          <ReferenceField
            value={state.against}
            window={window}
            onChange={(against) => navigate(insightsToUrl({ ...state, against }))}
          />
          <button type="button" className={controls['button']} data-testid="refresh" onClick={insights.refresh}>
            <Icon name="refresh" size={14} /> Examine again
          </button>
        </div>
      </header>
      <VerdictCard
        rootCauses={rootCauses}
        changes={changes}
        errors={errors}
        window={window}
        nowMs={nowMs}
        compareTo={window === undefined ? undefined : (cause) => compareCause(cause, window)}
        widen={insightsToUrl({ ...state, time: { kind: 'since', since: '24h' } })}
      />
      {/* Without a window nothing else is asked: the card says what went wrong. */}
      {(window !== undefined || !errors.isError) && (
        <div className={styles['columns']}>
          <div className={styles['column']}>
            <CauseSection
              query={rootCauses}
              window={window}
              level={state.level}
              colours={colours}
              onLevel={(level) => navigate(insightsToUrl({ ...state, level }), { replace: true })}
            />
            <FindingSection slow={slow} diagnoses={diagnoses} window={window} />
            <PathSection query={path} window={window} colours={colours} />
            <ClockSection query={clocks} window={window} />
          </div>
          <div className={styles['column']}>
            <ChangeSection query={changes} window={window} nowMs={nowMs} colours={colours} />
            <ErrorSection query={errors} window={window} nowMs={nowMs} colours={colours} />
          </div>
        </div>
      )}
    </main>
  );
}

/** The troubled spans of the cause against the others of their operation. */
function compareCause({ evidence }: Cause, window: ResolvedWindow): string | undefined {
  const { kind, service, operation, usual_nano: aboveNano } = evidence;
  if (kind !== 'slower' && kind !== 'failing') return undefined;
  const sets = troubledAgainstRest(service, operation, kind === 'failing' ? kind : { aboveNano });
  const own = { start: exactSeconds(window.fromUnixNano), end: exactSeconds(window.toUnixNano) };
  return compareToUrl({ kind: 'sets', ...sets, time: INITIAL_TIME_RANGE, aTime: own, bTime: own });
}

function windowInWords({ fromUnixNano, toUnixNano }: ResolvedWindow): string {
  return `${formatDateTime(Number(fromUnixNano / 1_000_000n))} to ${formatDateTime(Number(toUnixNano / 1_000_000n))}`;
}

function servicesOf({ rootCauses, changes, errors, path }: Insights): readonly string[] {
  return [
    ...(rootCauses.data?.services.map(({ name }) => name) ?? []),
    ...(changes.data?.operations.map(({ service }) => service) ?? []),
    ...(errors.data?.groups.map(({ service }) => service) ?? []),
    ...(path.data?.components.map(({ service }) => service) ?? []),
  ];
}
