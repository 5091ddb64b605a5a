import { useQuery } from '@tanstack/react-query';
import type { StatusAnswer } from '@throughline/query/client';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { formatBytes } from '../format/bytes.ts';
import { formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime, formatRelative } from '../format/instant.ts';
import { formatRate } from '../format/rate.ts';
import { Link } from '../navigation/link.tsx';
import { useParameters } from '../navigation/use-parameters.ts';
import { initialSearch, searchToUrl } from '../search/search-state.ts';
import { Icon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { PageBody, PageHead } from '../shell/page-head.tsx';
import controls from '../styles/controls.module.css';
import table from '../styles/table.module.css';
import { dataRange } from '../time-range/data-range.ts';
import { LOSS_WORDS, lossesOf } from './losses.ts';
import { nameInWords, quantityText, settingText } from './setting-text.ts';
import styles from './status-page.module.css';

const REFRESH_MS = 5000;
/** Ten minutes of it. */
const MAX_RATES = 120;

/** What the server holds, takes in and refuses, and how it is set up. */
export default function StatusPage(): ReactNode {
  const status = useQuery({
    queryKey: ['status', 'live'],
    queryFn: ({ signal }) => backend.status({ signal }),
    refetchInterval: REFRESH_MS,
    staleTime: 0,
  });
  const rates = useRates(status.data, status.dataUpdatedAt);
  useEffect(() => {
    document.title = 'Status · Throughline';
  }, []);
  const answer = status.data;
  return (
    <PageBody testId="status-page">
      <PageHead
        title={
          <>
            Status
            {answer !== undefined && <Readiness answer={answer} lost={status.isError} />}
          </>
        }
      >
        <span className={styles['muted']}>
          {status.dataUpdatedAt > 0 && `as of ${formatDateTime(status.dataUpdatedAt)}`}
        </span>
      </PageHead>
      {answer !== undefined ? (
        <div className={styles['report']}>
          <Facts answer={answer} rates={rates} nowMs={status.dataUpdatedAt} />
          <Losses answer={answer} />
          <div className={styles['tables']}>
            <NameTable
              title="Limits"
              rows={Object.entries(answer.limits).map(([name, value]) => [
                nameInWords(name),
                quantityText(name, value),
              ])}
            />
            <NameTable
              title="Counters since the start"
              rows={Object.entries(answer.counters).map(([name, value]) => [
                nameInWords(name),
                quantityText(name, value),
              ])}
            />
            <NameTable title="Versions" rows={Object.entries(answer.versions)} />
            <NameTable title="Listens on" rows={Object.entries(answer.listeners)} />
          </div>
          <Configuration answer={answer} />
        </div>
      ) : status.isError ? (
        <Notice
          title="The status cannot be shown"
          role="alert"
          actions={
            <button type="button" className={controls['button']} onClick={() => void status.refetch()}>
              Try again
            </button>
          }
        >
          <p>{messageOf(status.error)}</p>
        </Notice>
      ) : (
        <p className={styles['pending']} role="status">
          Asking the server…
        </p>
      )}
    </PageBody>
  );
}

/** Spans a second as they were while the page is open. */
function useRates(answer: StatusAnswer | undefined, updatedAtMs: number): readonly number[] {
  const [rates, setRates] = useState<readonly number[]>([]);
  const seenMs = useRef(0);
  useEffect(() => {
    const rate = answer?.ingestion?.spans_per_second;
    if (rate === undefined || updatedAtMs === seenMs.current) return;
    seenMs.current = updatedAtMs;
    setRates((before) => [...before, rate].slice(-MAX_RATES));
  }, [answer, updatedAtMs]);
  return rates;
}

function Readiness({ answer, lost }: { readonly answer: StatusAnswer; readonly lost: boolean }): ReactNode {
  const [word, style] = lost
    ? ['not reachable now', styles['bad']]
    : answer.ready
      ? ['ready', styles['good']]
      : [`not ready: ${answer.reason ?? 'no reason given'}`, styles['bad']];
  return (
    <span className={`${styles['readiness']} ${style}`} data-testid="readiness">
      <Icon name={answer.ready && !lost ? 'check' : 'warning'} size={14} />
      {word}
    </span>
  );
}

function Facts({
  answer,
  rates,
  nowMs,
}: {
  readonly answer: StatusAnswer;
  readonly rates: readonly number[];
  readonly nowMs: number;
}): ReactNode {
  const { storage, ingestion } = answer;
  return (
    <dl className={styles['facts']} data-testid="status-facts">
      <Fact
        label="Stored"
        note={answer.tenant === 'default' ? 'span rows' : `span rows of the tenant ${answer.tenant}`}
      >
        {formatCount(storage.span_rows)}
      </Fact>
      {storage.disk_bytes > 0 && (
        <Fact label="On disk" note={perSpan(storage.disk_bytes, storage.span_rows)}>
          {formatBytes(storage.disk_bytes)}
        </Fact>
      )}
      <Fact label="In memory" note={`engine: ${storage.engine}`}>
        {formatBytes(storage.memory_bytes)}
      </Fact>
      {ingestion !== null && (
        <>
          <Fact label="Takes in" note="spans, in the last minute">
            <span className={styles['withLine']}>
              {formatRate(ingestion.spans_per_second)}
              {rates.length > 1 && <Sparkline values={rates} />}
            </span>
          </Fact>
          <Fact label="Taken in" note={`of ${formatCount(ingestion.spans_received)} received`}>
            {formatCount(ingestion.spans_stored)}
          </Fact>
        </>
      )}
      {answer.uptime_seconds !== null && (
        <Fact
          label="Up for"
          note={answer.started_time === null ? undefined : `since ${formatDateTime(answer.started_time * 1000)}`}
        >
          {formatDuration(answer.uptime_seconds * 1e9)}
        </Fact>
      )}
      <DataWindow answer={answer} nowMs={nowMs} />
    </dl>
  );
}

function perSpan(bytes: number, spans: number): string | undefined {
  return spans === 0 ? undefined : `${formatBytes(bytes / spans)} a span`;
}

/** From when to when there is data; opens all of it. */
function DataWindow({ answer, nowMs }: { readonly answer: StatusAnswer; readonly nowMs: number }): ReactNode {
  if (answer.data_window === null) return <Fact label="Data">none yet</Fact>;
  const range = dataRange(answer.data_window);
  return (
    <div className={`${styles['fact']} ${styles['wide']}`}>
      <dt>Data</dt>
      <dd>
        <Link
          to={searchToUrl({ ...initialSearch, time: { kind: 'between', ...range } })}
          className={styles['window']}
          data-testid="data-window"
        >
          {formatDateTime(range.fromMs)} to {formatDateTime(range.toMs)}
        </Link>
        <span className={styles['note']}>the newest {formatRelative(range.toMs, nowMs)}</span>
      </dd>
    </div>
  );
}

function Fact({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>
        <span className={styles['number']}>{children}</span>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
      </dd>
    </div>
  );
}

function Losses({ answer }: { readonly answer: StatusAnswer }): ReactNode {
  const id = useId();
  if (answer.ingestion === null) return null;
  const losses = lossesOf(answer.ingestion);
  return (
    <section aria-labelledby={id} data-testid="losses">
      <h2 id={id} className={styles['title']}>
        Not stored
      </h2>
      <div className={table['frame']}>
        {losses.length === 0 ? (
          <p className={table['empty']}>Nothing: every span that came since the start is stored.</p>
        ) : (
          <table className={table['table']}>
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col">What happened</th>
                <th scope="col" className={table['number']}>
                  Spans
                </th>
              </tr>
            </thead>
            <tbody>
              {losses.map(({ kind, reason, count }) => (
                <tr key={`${kind} ${reason}`}>
                  <td>
                    <code>{reason}</code>
                  </td>
                  <td>
                    <b>{kind}</b> <span className={styles['muted']}>{LOSS_WORDS[kind]}</span>
                  </td>
                  <td className={`${table['number']} ${table['bad']}`}>{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function NameTable({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}): ReactNode {
  const id = useId();
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['title']}>
        {title}
      </h2>
      <div className={table['frame']}>
        <table className={table['table']}>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={table['number']}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Every setting in effect, by name; secrets are not among them. */
function Configuration({ answer }: { readonly answer: StatusAnswer }): ReactNode {
  const id = useId();
  const [parameters, change] = useParameters();
  const filter = parameters.get('filter') ?? '';
  if (answer.configuration.length === 0) return null;
  const wanted = filter.trim().toLowerCase();
  const shown = answer.configuration.filter((setting) =>
    `${setting.name} ${settingText(setting)}`.toLowerCase().includes(wanted),
  );
  return (
    <section aria-labelledby={id} data-testid="configuration">
      <div className={styles['head']}>
        <h2 id={id}>Configuration in effect</h2>
        <input
          type="search"
          className={`${controls['input']} ${styles['filter']}`}
          aria-label="Filter settings"
          placeholder="Filter settings…"
          data-testid="setting-filter"
          value={filter}
          onChange={(event) => change({ filter: event.target.value }, { replace: true })}
        />
      </div>
      <div className={table['frame']}>
        <table className={table['table']}>
          <tbody>
            {shown.map((setting) => (
              <tr key={setting.name} data-testid="setting">
                <th scope="row">
                  <code>{setting.name}</code>
                </th>
                <td className={styles['setting']}>{settingText(setting)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className={table['empty']}>No setting is like “{filter}”.</p>}
      </div>
    </section>
  );
}
