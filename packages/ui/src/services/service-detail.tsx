import { useQuery } from '@tanstack/react-query';
import { type PerformanceAnswer, QueryClientError, type WindowParameters } from '@throughline/query/client';
import { type ReactNode, useEffect } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { Link } from '../navigation/link.tsx';
import { useParameters } from '../navigation/use-parameters.ts';
import { Icon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { PageBody, PageHead } from '../shell/page-head.tsx';
import { Reasons } from '../shell/reasons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { EmptyWindow } from '../time-range/empty-window.tsx';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { withTimeOf } from '../time-range/time-range.ts';
import { useTimeRange } from '../time-range/use-time-range.ts';
import { useWindow } from '../time-range/use-window.ts';
import { preferredColour } from '../trace/service-colours.ts';
import { CriticalPathProfile } from './critical-path-profile.tsx';
import { ErrorGroups } from './error-groups.tsx';
import { HealthParts } from './health-parts.tsx';
import { OperationTable } from './operation-table.tsx';
import { ServiceCharts } from './service-charts.tsx';
import styles from './service-detail.module.css';
import { ServiceFacts } from './service-facts.tsx';
import { TraceLists } from './trace-lists.tsx';
import { VersionList } from './version-list.tsx';

/** How one service does, or one operation of it. */
export function ServiceDetail({ service }: { readonly service: string }): ReactNode {
  const [time, setTime] = useTimeRange();
  const window = useWindow(time);
  const [parameters, change] = useParameters();
  const operation = parameters.get('operation') ?? undefined;
  const performance = useQuery({
    queryKey: ['performance', service, operation, window],
    queryFn: ({ signal }) => backend.servicePerformance(service, { ...window, operation }, { signal }),
    enabled: window !== undefined,
    placeholderData: (previous) => previous,
  });
  useEffect(() => {
    document.title = `${service} · Throughline`;
  }, [service]);
  const answer = performance.data;
  return (
    <PageBody testId="service-page">
      <PageHead
        title={
          <>
            <Link to={withTimeOf('/services', globalThis.location.search)} className={styles['back']}>
              Services
            </Link>
            <span className={styles['slash']} aria-hidden="true">
              /
            </span>
            <ServiceDot colour={preferredColour(service)} />
            <span data-testid="service-name">{service}</span>
            {operation !== undefined && (
              <button
                type="button"
                className={`${controls['button']} ${controls['small']}`}
                aria-label={`Operation ${operation}: show all operations`}
                data-testid="operation-chosen"
                onClick={() => change({ operation: undefined })}
              >
                {operation}
                <Icon name="close" size={12} />
              </button>
            )}
          </>
        }
      >
        <TimeRangeField layout="inline" value={time} onChange={setTime} />
        <button type="button" className={controls['button']} onClick={() => void performance.refetch()}>
          <Icon name="refresh" size={14} />
          Refresh
        </button>
      </PageHead>
      {answer !== undefined && !performance.isError ? (
        answer.request_count === 0 && answer.trace_count === 0 ? (
          <EmptyWindow title={`${service} has no requests in this time range`} time={time} onChange={setTime} />
        ) : (
          <Report answer={answer} onZoom={(range) => setTime({ kind: 'between', ...range })} />
        )
      ) : performance.isError ? (
        <Failed service={service} error={performance.error} onRetry={() => void performance.refetch()} />
      ) : (
        <p className={styles['pending']} role="status">
          Reading how {service} does…
        </p>
      )}
    </PageBody>
  );
}

function Report({
  answer,
  onZoom,
}: {
  readonly answer: PerformanceAnswer;
  readonly onZoom: (range: { readonly fromMs: number; readonly toMs: number }) => void;
}): ReactNode {
  // Everything on the page is about the time of the first answer, also where "the last hour" has moved on meanwhile.
  const window: WindowParameters = { start_time: answer.window.start_time, end_time: answer.window.end_time };
  const { service } = answer;
  const operation = answer.operation ?? undefined;
  return (
    <div className={styles['report']}>
      <Reasons reasons={answer.reasons} />
      <ServiceFacts answer={answer} />
      <VersionList service={service} window={window} answered={answer.window} />
      {answer.health !== null && answer.health.score < 100 && (
        <div className={styles['health']}>
          <HealthParts answer={answer} />
        </div>
      )}
      <ServiceCharts answer={answer} window={window} onZoom={onZoom} />
      <OperationTable service={service} operation={operation} window={window} told={answer.reasons} />
      <TraceLists answer={answer} window={window} />
      <ErrorGroups service={service} operation={operation} window={window} told={answer.reasons} />
      <CriticalPathProfile service={service} operation={operation} window={window} told={answer.reasons} />
    </div>
  );
}

function Failed({
  service,
  error,
  onRetry,
}: {
  readonly service: string;
  readonly error: Error;
  readonly onRetry: () => void;
}): ReactNode {
  const isUnknown = error instanceof QueryClientError && error.code === 'service_not_found';
  return (
    <Notice
      title={isUnknown ? `There is no service ${service}` : 'The service cannot be shown'}
      role="alert"
      actions={
        isUnknown ? (
          <Link to="/services" className={controls['button']}>
            All services
          </Link>
        ) : (
          <button type="button" className={controls['button']} onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      <p>{messageOf(error)}</p>
    </Notice>
  );
}
