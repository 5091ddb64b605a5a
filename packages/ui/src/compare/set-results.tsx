import type { ComponentChangeAnswer, FeatureLiftAnswer, SetComparisonAnswer } from '@throughline/query/client';
import { type ReactNode, useId, useMemo } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { gatherFeatures } from '../insights/gather-features.ts';
import { formatShare } from '../format/share.ts';
import { featureInWords } from '../insights/words.ts';
import { Link } from '../navigation/link.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import { assignServiceColours } from '../trace/service-colours.ts';
import { signedDuration } from './difference-words.ts';
import { chanceInWords, dominanceInWords, effectInWords, queryWithin, searchWithin } from './set-words.ts';
import card from '../styles/card.module.css';
import styles from './set-results.module.css';

/** What sets B apart from A: shares of the traces, and where their time goes. */
export function SetResults({ answer }: { readonly answer: SetComparisonAnswer }): ReactNode {
  const { a, b, attributes, structure, components } = answer;
  const colours = useMemo(
    () => assignServiceColours([...attributes, ...structure, ...components].map(({ service }) => service)),
    [attributes, structure, components],
  );
  if (a.read_trace_count === 0 || b.read_trace_count === 0) {
    const empty = a.read_trace_count === 0 ? (b.read_trace_count === 0 ? 'Neither set' : 'Set A') : 'Set B';
    return (
      <div className={styles['results']} data-testid="set-results">
        <p className={styles['sentence']} role="status">
          {a.read_trace_count === 0 && b.read_trace_count > 0
            ? 'Set A has no traces of its own in its window: what both select counts for B only. Narrow B down, or swap the two.'
            : `${empty} has ${empty === 'Neither set' ? 'any' : 'no'} traces in its window.`}
        </p>
      </div>
    );
  }
  return (
    <div className={styles['results']} data-testid="set-results">
      <p className={styles['sentence']} data-testid="difference">
        {differenceInWords(answer)}
      </p>
      <div className={styles['columns']}>
        <FeatureTable
          title="Attributes"
          none="No attribute value sets them apart."
          features={attributes}
          answer={answer}
          colours={colours}
        />
        <div className={card['column']}>
          <ComponentTable components={components} answer={answer} colours={colours} />
          <FeatureTable
            title="Structure"
            none="Both call the same operations alike."
            features={structure}
            answer={answer}
            colours={colours}
          />
        </div>
      </div>
      <p className={styles['foot']}>
        {countOf(answer.tested_feature_count, 'value')} tested; listed is what differs surely, corrected for so many.
        {answer.high_cardinality_keys.length > 0 &&
          ` Too many values to compare: ${answer.high_cardinality_keys.join(', ')}.`}
        {answer.reasons.map(({ message }) => ` ${message}.`)}
      </p>
    </div>
  );
}

/** What is said first: how many of each, how much longer, and the largest difference. */
function differenceInWords({ a, b, attributes, structure, components, ...answer }: SetComparisonAnswer): string {
  const delta = answer.delta_mean_duration_nano;
  const longer =
    delta === 0
      ? 'take equally long'
      : `take ${formatDuration(Math.abs(delta))} ${delta > 0 ? 'longer' : 'less'} on average`;
  const slowest = components.find(({ delta_mean_nano: nano }) => Math.sign(nano) === Math.sign(delta));
  const due =
    slowest === undefined || delta === 0
      ? ''
      : `, ${signedDuration(slowest.delta_mean_nano)} of it in ${slowest.service} ${slowest.operation}`;
  // What B has more often before what it has less often: that is what one looks for.
  const [first] = [...attributes, ...structure].toSorted(
    (x, y) => Number(y.lift > 0) - Number(x.lift > 0) || Math.abs(y.effect_size) - Math.abs(x.effect_size),
  );
  const apart =
    first === undefined
      ? ' Nothing else sets them apart.'
      : ` ${formatShare(first.after_share)} of them have ${featureInWords(first)} (${first.service}), of A ${formatShare(first.before_share)}.`;
  return `The ${countOf(b.read_trace_count, 'trace')} of B ${longer}${due}, against ${formatCount(a.read_trace_count)} of A.${apart}`;
}

function FeatureTable({
  title,
  none,
  features,
  answer,
  colours,
}: {
  readonly title: string;
  readonly none: string;
  readonly features: readonly FeatureLiftAnswer[];
  readonly answer: SetComparisonAnswer;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  const id = useId();
  return (
    <section className={card['card']} aria-labelledby={id} data-testid={`set-${title.toLowerCase()}`}>
      <h2 id={id}>
        {title} <span>share of the traces in A and in B</span>
      </h2>
      {features.length === 0 ? (
        <p className={styles['none']}>{none}</p>
      ) : (
        <ul>
          {gatherFeatures(features).map(({ first, others }) => (
            <li key={`${first.kind} ${first.query}`} className={styles['row']} data-testid="set-feature">
              <span className={styles['name']}>
                <span>
                  <ServiceDot colour={colours.get(first.service) ?? 0} />{' '}
                  <span className={styles['muted']}>{first.service}</span> <strong>{featureInWords(first)}</strong>
                </span>
                <span className={styles['verdict']} title={`Cohen’s h ${first.effect_size.toFixed(2)}`}>
                  {first.lift > 0 ? '▲ more' : '▼ less'} often
                  <span className={styles['muted']}>
                    {' '}
                    {effectInWords(first.effect_size)}, {chanceInWords(first.adjusted_p_value)}
                  </span>
                </span>
              </span>
              <ShareBar side="A" share={first.before_share} count={first.before_count} />
              <InSide side="A" answer={answer} query={first.query} count={first.before_count} />
              <ShareBar side="B" share={first.after_share} count={first.after_count} />
              <InSide side="B" answer={answer} query={first.query} count={first.after_count} />
              {others.length > 0 && (
                <details className={styles['alike']}>
                  <summary>{countOf(others.length, 'other', 'others')} in as many traces</summary>
                  <ul>
                    {others.map((feature) => (
                      <li key={`${feature.kind} ${feature.query}`}>
                        <span className={styles['muted']}>{feature.service}</span> {featureInWords(feature)}{' '}
                        <InSide side="A" answer={answer} query={feature.query} count={feature.before_count} />{' '}
                        <InSide side="B" answer={answer} query={feature.query} count={feature.after_count} />
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ComponentTable({
  components,
  answer,
  colours,
}: {
  readonly components: readonly ComponentChangeAnswer[];
  readonly answer: SetComparisonAnswer;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  const id = useId();
  const longest = components.reduce((most, each) => Math.max(most, each.a_mean_nano, each.b_mean_nano), 1);
  return (
    <section className={card['card']} aria-labelledby={id} data-testid="set-components">
      <h2 id={id}>
        Where the time goes <span>on the critical path, mean of all traces</span>
      </h2>
      {components.length === 0 ? (
        <p className={styles['none']}>No operation takes surely more or less of the time.</p>
      ) : (
        <ul>
          {components.map((each) => (
            <li key={each.query} className={styles['row']} data-testid="set-component">
              <span className={styles['name']}>
                <span>
                  <ServiceDot colour={colours.get(each.service) ?? 0} /> <strong>{each.service}</strong>{' '}
                  {each.operation}
                </span>
                <span className={styles['verdict']} title={`Cliff’s delta ${each.effect_size.toFixed(2)}`}>
                  {each.delta_mean_nano > 0 ? '▲' : '▼'} {signedDuration(each.delta_mean_nano)}
                  <span className={styles['muted']}>
                    {' '}
                    {dominanceInWords(each.effect_size)}, {chanceInWords(each.adjusted_p_value)}
                  </span>
                </span>
              </span>
              <TimeBar side="A" nano={each.a_mean_nano} longest={longest} />
              <InSide side="A" answer={answer} query={each.query} count={each.a_count} />
              <TimeBar side="B" nano={each.b_mean_nano} longest={longest} />
              <InSide side="B" answer={answer} query={each.query} count={each.b_count} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ShareBar({
  side,
  share,
  count,
}: {
  readonly side: 'A' | 'B';
  readonly share: number;
  readonly count: number;
}): ReactNode {
  return (
    <span className={styles['bar']} title={`${countOf(count, 'trace')} of ${side}`}>
      <span className={styles['track']} aria-hidden="true">
        <span className={side === 'A' ? styles['fillA'] : styles['fillB']} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={styles['value']}>{formatShare(share)}</span>
    </span>
  );
}

function TimeBar({
  side,
  nano,
  longest,
}: {
  readonly side: 'A' | 'B';
  readonly nano: number;
  readonly longest: number;
}): ReactNode {
  return (
    <span className={styles['bar']}>
      <span className={styles['track']} aria-hidden="true">
        <span
          className={side === 'A' ? styles['fillA'] : styles['fillB']}
          style={{ width: `${(nano / longest) * 100}%` }}
        />
      </span>
      <span className={styles['value']}>{formatDuration(nano)}</span>
    </span>
  );
}

/** Opens the set's traces that have it. */
function InSide({
  side,
  answer,
  query,
  count,
}: {
  readonly side: 'A' | 'B';
  readonly answer: SetComparisonAnswer;
  readonly query: string;
  readonly count: number;
}): ReactNode {
  const set = side === 'A' ? answer.a : answer.b;
  const within = queryWithin(set.query, query);
  if (count === 0 || within === undefined) {
    return <span className={styles['side']}>{count === 0 ? `none in ${side}` : `in ${side}`}</span>;
  }
  return (
    <Link
      to={searchWithin(within, set)}
      className={styles['side']}
      data-testid={`open-${side.toLowerCase()}`}
      title={`List them: ${within}`}
    >
      {formatCount(count)} in {side}
    </Link>
  );
}
