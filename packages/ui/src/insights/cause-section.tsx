import type { CauseAnswer, CauseEvidenceAnswer, FeatureLiftAnswer, RootCauseAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { Link } from '../navigation/link.tsx';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { QueryLink, TraceLinks } from './evidence.tsx';
import { gatherFeatures } from './gather-features.ts';
import styles from './insights.module.css';
import { type CauseLevel, type ResolvedWindow, searchFor } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';
import type { Insights } from './use-insights.ts';
import { deviationsOf } from './verdict.ts';
import { formatShare } from '../format/share.ts';
import { DEVIATION_NAMES, deviationInWords, featureInWords, placeOf } from './words.ts';

const CAUSE_LEVELS: readonly { readonly level: CauseLevel; readonly label: string }[] = [
  { level: 'services', label: 'Services' },
  { level: 'operations', label: 'Operations' },
  { level: 'instances', label: 'Hosts' },
  { level: 'attributes', label: 'Attributes' },
];

/** Candidates below this share of the best say nothing. */
const LEAST_SHARE_OF_BEST = 0.05;

export function CauseSection({
  query,
  window,
  level,
  onLevel,
  colours,
}: {
  readonly query: Insights['rootCauses'];
  readonly window: ResolvedWindow | undefined;
  readonly level: CauseLevel;
  readonly onLevel: (level: CauseLevel) => void;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  return (
    <Section
      title="Probable causes"
      testId="causes"
      query={query}
      pending="Comparing the traces of the window with the reference…"
      actions={
        <span className={controls['segments']} role="group" aria-label="Rank">
          {CAUSE_LEVELS.map(({ level: each, label }) => (
            <button
              key={each}
              type="button"
              className={controls['segment']}
              aria-pressed={each === level}
              data-testid={`level-${each}`}
              onClick={() => onLevel(each)}
            >
              {label}
              {query.data !== undefined && (
                <span className={styles['tally']}>{formatCount(notable(query.data, each))}</span>
              )}
            </button>
          ))}
        </span>
      }
    >
      {(answer) =>
        window === undefined ? null : (
          <>
            {level === 'attributes' ? (
              <FeatureList features={answer.attributes} window={window} names={['usually', 'in troubled traces']} />
            ) : (
              <Causes causes={worthShowing(answer[level])} window={window} level={level} colours={colours} />
            )}
            <Reasons of={answer} />
          </>
        )
      }
    </Section>
  );
}

function notable(answer: RootCauseAnswer, level: CauseLevel): number {
  return level === 'attributes' ? answer.attributes.length : worthShowing(answer[level]).length;
}

function worthShowing(causes: readonly CauseAnswer[]): readonly CauseAnswer[] {
  return causes.filter(({ score }) => score >= LEAST_SHARE_OF_BEST * (causes[0]?.score ?? 0));
}

function Causes({
  causes,
  window,
  level,
  colours,
}: {
  readonly causes: readonly CauseAnswer[];
  readonly window: ResolvedWindow;
  readonly level: Exclude<CauseLevel, 'attributes'>;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  if (causes.length === 0) return <Quiet>Nothing deviates from what was usual.</Quiet>;
  return (
    <ol className={styles['rows']}>
      {causes.map((cause, index) => (
        <li key={cause.name}>
          {/* The first is open: what one came for. */}
          <details className={styles['row']} open={index === 0} data-testid="cause">
            <summary className={styles['summary']}>
              <Icon name="right" size={12} />
              <span className={styles['rank']}>{index + 1}</span>
              <span className={styles['name']}>
                {level === 'services' && <ServiceDot colour={colours.get(cause.name) ?? 0} />}
                <strong>{cause.name}</strong>
              </span>
              <span className={styles['why']}>{deviationsOf(cause)}</span>
              <Score score={cause.score} best={causes[0]?.score ?? 1} />
            </summary>
            <ul className={styles['evidence']}>
              {cause.evidence.map((evidence) => (
                <Evidence
                  key={`${evidence.kind} ${evidence.service} ${evidence.operation} ${evidence.callee}`}
                  evidence={evidence}
                  window={window}
                />
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ol>
  );
}

function Score({ score, best }: { readonly score: number; readonly best: number }): ReactNode {
  return (
    <span className={styles['score']} title={`Score ${score.toFixed(3)} of 1: how much of the trouble it explains`}>
      <span className={styles['track']} aria-hidden="true">
        <span className={styles['bar']} style={{ width: `${Math.max(2, (score / best) * 100)}%` }} />
      </span>
      <span className={styles['scoreText']}>{score.toFixed(2)}</span>
    </span>
  );
}

function Evidence({
  evidence,
  window,
}: {
  readonly evidence: CauseEvidenceAnswer;
  readonly window: ResolvedWindow;
}): ReactNode {
  return (
    <li className={styles['proof']}>
      <p>
        <span className={styles['tag']}>{DEVIATION_NAMES[evidence.kind]}</span>
        <strong>{evidence.service}</strong> <span>{placeOf(evidence)}</span>
        <span className={styles['muted']}>: {deviationInWords(evidence)}</span>
      </p>
      <p className={styles['links']}>
        <TraceLinks traces={evidence.samples.map(({ trace_id: traceId, span_id: spanId }) => ({ traceId, spanId }))} />
        <QueryLink query={evidence.query} window={window} />
      </p>
    </li>
  );
}

/** Values, operations, edges and errors that are more or less frequent in the one than in the other. */
export function FeatureList({
  features,
  window,
  names: [before, after],
}: {
  readonly features: readonly (FeatureLiftAnswer & { readonly sample_trace_ids?: readonly string[] })[];
  readonly window: ResolvedWindow;
  readonly names: readonly [string, string];
}): ReactNode {
  if (features.length === 0) return <Quiet>No attribute value sets the traces apart.</Quiet>;
  return (
    <ul className={styles['rows']}>
      {gatherFeatures(features).map(({ first, others }) => (
        <li key={first.query} className={styles['feature']}>
          <span className={styles['featureName']}>
            <span className={styles['muted']}>{first.service}</span> <strong>{featureInWords(first)}</strong>
          </span>
          <span className={styles['shares']}>
            <ShareBar share={first.before_share} label={before} />
            <ShareBar share={first.after_share} label={after} strong />
          </span>
          <span className={styles['links']}>
            {first.sample_trace_ids !== undefined && (
              <TraceLinks traces={first.sample_trace_ids.map((traceId) => ({ traceId }))} max={2} />
            )}
            <QueryLink query={first.query} window={window} />
          </span>
          {others.length > 0 && (
            <details className={styles['alike']}>
              <summary>{countOf(others.length, 'other', 'others')} in as many traces</summary>
              <ul>
                {others.map((feature) => (
                  <li key={feature.query}>
                    <Link to={searchFor(feature.query, window)}>
                      {feature.service} {featureInWords(feature)}
                    </Link>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function ShareBar({
  share,
  label,
  strong = false,
}: {
  readonly share: number;
  readonly label: string;
  readonly strong?: boolean;
}): ReactNode {
  return (
    <span className={styles['share']} title={`${formatShare(share)} of the traces, ${label}`}>
      <span className={styles['track']} aria-hidden="true">
        <span className={strong ? styles['bar'] : styles['barMuted']} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={styles['shareText']}>{formatShare(share)}</span>
      <span className={styles['muted']}>{label}</span>
    </span>
  );
}

/** What was held against what, for the first card. */
export function examinedInWords({ sample, reference, split }: RootCauseAnswer): string {
  const read = countOf(sample.read_trace_count, 'trace');
  const ofAll =
    sample.trace_count > sample.read_trace_count ? ` (a fair sample of ${formatCount(sample.trace_count)})` : '';
  if (reference !== null) return `${read}${ofAll} against ${formatCount(reference.read_trace_count)} of the reference`;
  return `${read}${ofAll}${split === null ? '' : `, those ${split.reference} the split as the reference for the others`}`;
}
