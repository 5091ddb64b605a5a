import { useQuery } from '@tanstack/react-query';
import type { RedAnswer, RedGroupAnswer } from '@throughline/query/client';
import { Fragment, type ReactNode, useEffect, useMemo } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { formatCount } from '../format/count.ts';
import { Link } from '../navigation/link.tsx';
import { servicePath } from '../navigation/routes.ts';
import { useParameters } from '../navigation/use-parameters.ts';
import { Icon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { PageBody, PageHead } from '../shell/page-head.tsx';
import { Reasons } from '../shell/reasons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import table from '../styles/table.module.css';
import { EmptyWindow } from '../time-range/empty-window.tsx';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { withTimeOf } from '../time-range/time-range.ts';
import { useTimeRange } from '../time-range/use-time-range.ts';
import { useWindow } from '../time-range/use-window.ts';
import { assignServiceColours } from '../trace/service-colours.ts';
import { HealthMeter } from './health-meter.tsx';
import { HealthParts } from './health-parts.tsx';
import { RedCells } from './red-cells.tsx';
import { stepGrid } from './red-series.ts';
import { SERVICE_COLUMNS, type ServiceColumn, sortFromUrl, sortGroups, sortToUrl } from './service-rows.ts';
import styles from './service-list.module.css';
import { SortHead } from './sort-head.tsx';
import { useHealth, type WindowHealth } from './use-health.ts';

const COLUMN_HEADS: Readonly<Record<ServiceColumn, string>> = {
  name: 'Service',
  health: 'Health',
  rate: 'Requests',
  errors: 'Errors',
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
};
const MAX_SERVICES = 1000;
/** Rows that are there at first: more than one looks through, and no more than a browser draws at once. */
const FIRST_ROWS = 150;

/** All services with their requests, errors, durations and health. */
export function ServiceList(): ReactNode {
  const [time, setTime] = useTimeRange();
  const window = useWindow(time);
  const [parameters, change] = useParameters();
  const filter = parameters.get('filter') ?? '';
  const red = useQuery({
    queryKey: ['red', 'service', window],
    queryFn: ({ signal }) => backend.red({ ...window, by: 'service', limit: MAX_SERVICES }, { signal }),
    enabled: window !== undefined,
  });
  useEffect(() => {
    document.title = 'Services · Throughline';
  }, []);
  return (
    <PageBody testId="services-page">
      <PageHead title="Services">
        <input
          type="search"
          className={`${controls['input']} ${styles['filter']}`}
          aria-label="Filter services"
          placeholder="Filter services…"
          data-testid="service-filter"
          value={filter}
          onChange={(event) => change({ filter: event.target.value }, { replace: true })}
        />
        <TimeRangeField layout="inline" value={time} onChange={setTime} />
        <button type="button" className={controls['button']} onClick={() => void red.refetch()}>
          <Icon name="refresh" size={14} />
          Refresh
        </button>
      </PageHead>
      {red.data !== undefined ? (
        red.data.groups.length === 0 ? (
          <EmptyWindow title="No services in this time range" time={time} onChange={setTime} />
        ) : (
          <ServiceTable answer={red.data} filter={filter} />
        )
      ) : red.isError ? (
        <Notice
          title="The services cannot be shown"
          role="alert"
          actions={
            <button type="button" className={controls['button']} onClick={() => void red.refetch()}>
              Try again
            </button>
          }
        >
          <p>{messageOf(red.error)}</p>
        </Notice>
      ) : (
        <p className={styles['pending']} role="status">
          Reading the services…
        </p>
      )}
    </PageBody>
  );
}

function ServiceTable({ answer, filter }: { readonly answer: RedAnswer; readonly filter: string }): ReactNode {
  const [parameters, change] = useParameters();
  const opened = parameters.get('open') ?? undefined;
  const sort = sortFromUrl(parameters.get('sort'));
  const names = useMemo(() => answer.groups.map(({ service }) => service), [answer]);
  const colours = useMemo(() => assignServiceColours(names), [names]);
  const grid = useMemo(() => stepGrid(answer.window, answer.step_seconds), [answer]);
  // The answer's own window, so that both tell of the same time.
  const healthWindow = useMemo(
    () => ({ start_time: answer.window.start_time, end_time: answer.window.end_time }),
    [answer],
  );
  const health = useHealth(healthWindow, opened);
  const wanted = filter.trim().toLowerCase();
  const shown = sortGroups(
    answer.groups.filter(({ service }) => service.toLowerCase().includes(wanted)),
    sort,
    ({ service }) => health.byService.get(service)?.health,
    ({ service }) => service,
  );
  const isWhole = shown.length <= FIRST_ROWS || parameters.get('rows') === 'all';
  const setSort = (next: typeof sort): void => change({ sort: sortToUrl(next) }, { replace: true });
  return (
    <>
      <Reasons reasons={answer.reasons} />
      <Reasons reasons={health.reasons} told={answer.reasons} />
      {health.error !== null && (
        <p className={styles['failed']} role="alert" data-testid="health-failed">
          The health of the services cannot be shown: {messageOf(health.error)}{' '}
          <button type="button" className={`${controls['button']} ${controls['small']}`} onClick={health.retry}>
            Try again
          </button>
        </p>
      )}
      <div className={table['frame']}>
        <table className={table['table']} data-testid="services">
          <caption className={controls['hiddenText']}>
            Services: {formatCount(shown.length)} of {formatCount(answer.group_count)}
          </caption>
          <thead>
            <tr>
              {SERVICE_COLUMNS.map((column) => (
                <SortHead key={column} column={column} sort={sort} onSort={setSort}>
                  {COLUMN_HEADS[column]}
                </SortHead>
              ))}
            </tr>
          </thead>
          <tbody>
            {(isWhole ? shown : shown.slice(0, FIRST_ROWS)).map((group) => (
              <Fragment key={group.service}>
                <tr data-testid="service-row" data-service={group.service}>
                  <td>
                    <ServiceName group={group} colour={colours.get(group.service) ?? 0} />
                  </td>
                  <td>
                    <HealthCell
                      service={group.service}
                      answer={health.byService.get(group.service)}
                      isPending={health.isPending}
                      open={opened === group.service}
                      onToggle={() => change({ open: opened === group.service ? undefined : group.service })}
                    />
                  </td>
                  <RedCells group={group} grid={grid} window={answer.window} />
                </tr>
                {opened === group.service && (
                  <tr data-testid="service-health">
                    <td colSpan={SERVICE_COLUMNS.length} className={styles['opened']}>
                      <Opened answer={health.byService.get(group.service)} error={health.openedError} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
        {!isWhole && (
          <p className={table['empty']}>
            <button
              type="button"
              className={controls['button']}
              data-testid="all-services"
              onClick={() => change({ rows: 'all' }, { replace: true })}
            >
              Show all {formatCount(shown.length)}
            </button>
          </p>
        )}
        {shown.length === 0 && <p className={table['empty']}>No service has “{filter}” in its name.</p>}
      </div>
    </>
  );
}

function ServiceName({ group, colour }: { readonly group: RedGroupAnswer; readonly colour: number }): ReactNode {
  // A service without a name has no page of its own.
  if (group.service === '') return <span className={table['name']}>unknown service</span>;
  return (
    <Link
      to={withTimeOf(servicePath(group.service), globalThis.location.search)}
      className={table['name']}
      data-testid="service-link"
    >
      <ServiceDot colour={colour} />
      {group.service}
    </Link>
  );
}

function HealthCell({
  service,
  answer,
  isPending,
  open,
  onToggle,
}: {
  readonly service: string;
  readonly answer: WindowHealth | undefined;
  readonly isPending: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}): ReactNode {
  return (
    <button type="button" className={styles['health']} aria-expanded={open} data-testid="health" onClick={onToggle}>
      <span className={controls['hiddenText']}>Health of {service}: </span>
      {answer === undefined ? (
        <span className={table['none']}>{isPending ? '…' : 'not read'}</span>
      ) : answer.health === null ? (
        <span className={table['none']}>–</span>
      ) : (
        <HealthMeter health={answer.health} />
      )}
      <Icon name={open ? 'up' : 'down'} size={12} />
    </button>
  );
}

function Opened({
  answer,
  error,
}: {
  readonly answer: WindowHealth | undefined;
  readonly error: Error | null;
}): ReactNode {
  if (answer !== undefined) return <HealthParts answer={answer} />;
  return error === null ? <p role="status">Reading…</p> : <p role="alert">{messageOf(error)}</p>;
}
