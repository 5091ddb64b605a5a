import { useQuery } from '@tanstack/react-query';
import type { PerformanceAnswer, TraceSummaryAnswer, WindowParameters } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { backend } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime } from '../format/instant.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { rangeOf, TracesLink } from '../search/traces-link.tsx';
import controls from '../styles/controls.module.css';
import table from '../styles/table.module.css';
import { Section } from './section.tsx';
import styles from './trace-lists.module.css';

const LIMIT = 10;
const SLOW_PERCENTILE = 95;

/** The slowest requests, and the newest failures. */
export function TraceLists({
  answer,
  window,
}: {
  readonly answer: PerformanceAnswer;
  readonly window: WindowParameters;
}): ReactNode {
  const time = rangeOf(answer.window);
  const { service } = answer;
  const operation = answer.operation ?? undefined;
  const slow = useQuery({
    queryKey: ['slow', service, operation, window],
    queryFn: ({ signal }) =>
      backend.slowTraces({ ...window, service, operation, percentile: SLOW_PERCENTILE, limit: LIMIT }, { signal }),
  });
  return (
    <div className={styles['lists']}>
      <Section
        title="Slowest traces"
        note={
          slow.data !== undefined && (
            <TracesLink query={slow.data.query} time={time}>
              all with a request above p{SLOW_PERCENTILE}, {formatDuration(slow.data.slow_above_nano)}
            </TracesLink>
          )
        }
        answer={slow}
        testId="slow-traces"
      >
        {({ traces }) => <TraceList traces={traces} nothing="No request took longer than the others." />}
      </Section>
      <Section
        title="Failed traces"
        note={
          answer.error_trace_count > 0 && (
            <TracesLink query={answer.error_trace_query} time={time}>
              all {formatCount(answer.error_trace_count)} with an error here
            </TracesLink>
          )
        }
        answer={{ data: answer.error_traces }}
        testId="failed-traces"
      >
        {(traces) => <TraceList traces={traces} nothing="No span of the service failed." />}
      </Section>
    </div>
  );
}

function TraceList({
  nothing,
  traces,
}: {
  readonly nothing: string;
  readonly traces: readonly TraceSummaryAnswer[];
}): ReactNode {
  return (
    <div className={table['frame']}>
      {traces.length === 0 ? (
        <p className={table['empty']}>{nothing}</p>
      ) : (
        <table className={table['table']}>
          <thead className={controls['hiddenText']}>
            <tr>
              <th scope="col">Trace</th>
              <th scope="col">Spans</th>
              <th scope="col">Start</th>
              <th scope="col">Duration</th>
            </tr>
          </thead>
          <tbody>
            {traces.map((trace) => (
              <tr key={trace.trace_id}>
                <td>
                  <Link to={tracePath(trace.trace_id)} className={table['plainName']} data-testid="trace-link">
                    <b>{trace.root_service === '' ? 'unknown service' : trace.root_service}</b> {trace.root_operation}
                  </Link>
                </td>
                <td className={`${table['number']} ${styles['muted']}`}>
                  {trace.error_count > 0 && (
                    <span className={table['bad']}>{countOf(trace.error_count, 'error')} · </span>
                  )}
                  {countOf(trace.span_count, 'span')}
                </td>
                <td className={`${table['number']} ${styles['muted']}`}>{formatDateTime(trace.start_time * 1000)}</td>
                <td className={table['number']}>
                  <b>{formatDuration(trace.duration * 1e9)}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
