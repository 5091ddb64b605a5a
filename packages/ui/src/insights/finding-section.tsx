import type { UseQueryResult } from '@tanstack/react-query';
import type { SearchAnswer, TraceAnalysisAnswer } from '@throughline/query/client';
import { type ReactNode, useMemo } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { Link } from '../navigation/link.tsx';
import { TraceLinks } from './evidence.tsx';
import { type Finding, findingName, gatherFindings } from './findings.ts';
import styles from './insights.module.css';
import { type ResolvedWindow, searchFor } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';
import { formatShare } from '../format/share.ts';

/** What the slowest traces have in common that could be better; they are taken apart one by one. */
export function FindingSection({
  slow,
  diagnoses,
  window,
}: {
  readonly slow: UseQueryResult<SearchAnswer>;
  readonly diagnoses: readonly UseQueryResult<TraceAnalysisAnswer>[];
  readonly window: ResolvedWindow | undefined;
}): ReactNode {
  const analyses = useMemo(() => diagnoses.flatMap(({ data }) => data ?? []), [diagnoses]);
  const findings = useMemo(() => gatherFindings(analyses), [analyses]);
  const pending = diagnoses.filter(({ isPending }) => isPending).length;
  const failed = diagnoses.filter(({ isError }) => isError).length;
  return (
    <Section
      title="What the slowest traces suffer from"
      note={
        slow.data === undefined || slow.data.traces.length === 0
          ? undefined
          : `of the ${countOf(slow.data.traces.length, 'longest trace')}`
      }
      testId="findings"
      query={slow}
      pending="Finding the slowest traces…"
    >
      {(answer) =>
        window === undefined ? null : (
          <>
            {answer.traces.length === 0 ? (
              <Quiet>There are no traces.</Quiet>
            ) : findings.length === 0 && pending === 0 ? (
              <Quiet>
                {countOf(analyses.length, 'trace')} examined; none shows a pattern that costs time: no repeated calls,
                retries, waits or timeouts.
              </Quiet>
            ) : (
              <ul className={styles['rows']}>
                {findings.map((finding) => (
                  <FindingRow key={finding.key} finding={finding} traceCount={analyses.length} />
                ))}
              </ul>
            )}
            {answer.traces.length > 0 && (
              <p className={styles['foot']} role="status">
                {pending > 0
                  ? `${analyses.length} of ${diagnoses.length} traces examined…`
                  : failed > 0
                    ? `${countOf(failed, 'trace')} could not be examined.`
                    : `All ${diagnoses.length} examined.`}
                <Link to={searchFor('{ }', window, 'longest')}>List the longest traces</Link>
              </p>
            )}
            <Reasons of={answer} />
          </>
        )
      }
    </Section>
  );
}

function FindingRow({ finding, traceCount }: { readonly finding: Finding; readonly traceCount: number }): ReactNode {
  const saves = finding.meanSavingNano > 0;
  return (
    <li className={styles['finding']} data-testid="finding" data-kind={finding.kind}>
      <span className={styles['saving']}>
        {saves ? (
          <>
            <strong>−{formatDuration(finding.meanSavingNano)}</strong>
            <span className={styles['muted']}>{formatShare(finding.savingShare)} of the trace</span>
          </>
        ) : (
          <span className={styles['muted']}>no time</span>
        )}
      </span>
      <span className={styles['findingName']}>
        <span>
          <strong>{findingName(finding.kind)}</strong>
          <span className={styles['muted']}>
            {' '}
            in {finding.traceCount} of {traceCount} traces
            {finding.confidence === 'possible' && ', possibly'}
          </span>
        </span>
        <span>{finding.summary}</span>
        <span className={styles['links']}>
          <TraceLinks
            traces={finding.evidence.map(({ traceId, spanId, savingNano }) => ({
              traceId,
              spanId,
              label: savingNano > 0 ? `−${formatDuration(savingNano)}` : undefined,
            }))}
          />
        </span>
      </span>
    </li>
  );
}
