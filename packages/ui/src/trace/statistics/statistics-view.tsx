import { type ReactNode, useMemo, useState } from 'react';

import { formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/share.ts';
import { Icon } from '../../shell/icons.tsx';
import { ServiceDot } from '../../shell/service-name.tsx';
import controls from '../../styles/controls.module.css';
import part from '../../styles/trace-part.module.css';
import { scopeOf, type TraceView } from '../trace-view.ts';
import { useAttributeNames } from '../use-attribute-names.ts';
import { useTask } from '../use-task.ts';
import { useViewState } from '../use-view-state.ts';
import type { GroupStatistics } from '../in-worker/statistics.ts';
import { findTextOfGroup, parseGroupBy, printGroupBy } from './group-by.ts';
import { shareOf, type StatisticsKey, sortedStatistics } from './sorted-statistics.ts';
import styles from './statistics-view.module.css';

const COLUMNS: readonly { readonly key: StatisticsKey; readonly label: string; readonly title?: string }[] = [
  { key: 'label', label: 'Group' },
  { key: 'spanCount', label: 'Spans' },
  { key: 'errorCount', label: 'Errors' },
  {
    key: 'criticalNano',
    label: 'Critical path',
    title: 'Time of the trace’s critical path that is charged to the group',
  },
  { key: 'selfNano', label: 'Self time', title: 'Time in which no child ran; what runs at once counts each' },
  { key: 'totalNano', label: 'Total', title: 'Sum of the durations; spans that overlap count each' },
  { key: 'p50Nano', label: 'p50' },
  { key: 'p95Nano', label: 'p95' },
  { key: 'maxNano', label: 'Max' },
];

/** Rows in the page at most: groups beyond are counted, and a finer filter finds them. */
const MAX_ROWS = 500;

/** What the shown spans add up to, by service, operation, kind or an attribute. Each number leads to its spans. */
export default function StatisticsView({ view }: { readonly view: TraceView }): ReactNode {
  const by = useViewState(view, (state) => state.wishes.by);
  const tree = useViewState(view, (state) => state.tree);
  const gapNano = useViewState(view, (state) => state.paths?.gapNano ?? 0);
  const [sort, setSort] = useState<{ readonly key: StatisticsKey; readonly descending: boolean }>({
    key: 'criticalNano',
    descending: true,
  });
  const request = useMemo(() => ({ by: parseGroupBy(by), scope: scopeOf({ tree }) }), [by, tree]);
  const groups = useTask(view, 'statistics', request);
  const sorted = useMemo(() => (groups === undefined ? [] : sortedStatistics(groups, sort)), [groups, sort]);
  const open = (group: GroupStatistics): void => {
    view.wish({ find: findTextOfGroup(request.by, group.label, group.service), tab: 'waterfall' });
  };
  return (
    <div className={part['page']} data-testid="statistics">
      <GroupByField view={view} />
      {groups === undefined ? (
        <p className={part['pending']} role="status">
          Adding up…
        </p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
        <div className={styles['scroller']} role="region" aria-label="Statistics" tabIndex={0}>
          <table className={styles['table']}>
            <thead>
              <tr>
                {COLUMNS.map(({ key, label, title }) => (
                  <th
                    key={key}
                    scope="col"
                    aria-sort={sort.key !== key ? undefined : sort.descending ? 'descending' : 'ascending'}
                  >
                    <button
                      type="button"
                      title={title}
                      onClick={() =>
                        setSort((old) => ({ key, descending: old.key === key ? !old.descending : key !== 'label' }))
                      }
                    >
                      {label}
                      {sort.key === key && <Icon name={sort.descending ? 'down' : 'up'} size={12} />}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, MAX_ROWS).map((group) => (
                <GroupRow
                  key={`${group.service ?? ''} ${group.label}`}
                  view={view}
                  group={group}
                  onOpen={() => open(group)}
                />
              ))}
            </tbody>
          </table>
          {sorted.length === 0 && <p className={part['pending']}>No span that is shown has this attribute.</p>}
          {sorted.length > MAX_ROWS && (
            <p className={`${part['note']} ${styles['note']}`}>
              The first {formatCount(MAX_ROWS)} of {formatCount(sorted.length)} groups are shown.
            </p>
          )}
          {gapNano > 0 && (
            <p className={`${part['note']} ${styles['note']}`}>
              {formatDuration(gapNano)} of the critical path ({formatShare(gapNano / view.durationNano)}) is charged to
              no span: nothing of it ran then.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function GroupRow({
  view,
  group,
  onOpen,
}: {
  readonly view: TraceView;
  readonly group: GroupStatistics;
  readonly onOpen: () => void;
}): ReactNode {
  const share = shareOf(group.criticalNano, view.durationNano);
  return (
    <tr data-testid="statistics-row">
      <th scope="row">
        <button type="button" className={styles['group']} title="Show these spans in the waterfall" onClick={onOpen}>
          {group.service !== undefined && <ServiceDot colour={view.colourOfService(group.service)} />}
          {group.service !== undefined && group.service !== group.label && (
            <span className={styles['service']}>{group.service}</span>
          )}
          <span className={styles['label']}>{group.label === '' ? '(empty)' : group.label}</span>
        </button>
      </th>
      <td>{formatCount(group.spanCount)}</td>
      <td>
        {group.errorCount === 0 ? (
          <span className={styles['none']}>0</span>
        ) : (
          <span className={controls['errorMark']}>
            <Icon name="error" size={12} />
            {formatCount(group.errorCount)}
          </span>
        )}
      </td>
      <td>
        <meter
          className={styles['meter']}
          min={0}
          max={1}
          value={share}
          aria-label="Share of the critical path"
          title={formatShare(share)}
        />
        <span className={styles['share']}>{formatShare(share)}</span>
        <span className={styles['time']}>
          <Duration nano={group.criticalNano} />
        </span>
      </td>
      <td>
        <Duration nano={group.selfNano} />
      </td>
      <td>{formatDuration(group.totalNano)}</td>
      <td>{formatDuration(group.p50Nano)}</td>
      <td>{formatDuration(group.p95Nano)}</td>
      <td>
        <button
          type="button"
          className={styles['number']}
          title="Open the longest of them"
          onClick={() => {
            view.reveal(group.maxRow);
            view.select(group.maxRow);
          }}
        >
          {formatDuration(group.maxNano)}
        </button>
      </td>
    </tr>
  );
}

/** Nothing steps back, so that what there is stands out. */
function Duration({ nano }: { readonly nano: number }): ReactNode {
  return nano === 0 ? <span className={styles['none']}>0</span> : formatDuration(nano);
}

const WAYS = [
  ['service', 'Service'],
  ['operation', 'Operation'],
  ['kind', 'Kind'],
] as const;

function GroupByField({ view }: { readonly view: TraceView }): ReactNode {
  const by = parseGroupBy(useViewState(view, (state) => state.wishes.by));
  const [names, load] = useAttributeNames(view);
  return (
    <div className={part['head']}>
      <div className={controls['segments']} role="group" aria-label="Group by">
        {WAYS.map(([kind, label]) => (
          <button
            key={kind}
            type="button"
            className={controls['segment']}
            aria-pressed={by.kind === kind}
            onClick={() => view.wish({ by: printGroupBy({ kind }) })}
          >
            {label}
          </button>
        ))}
      </div>
      <label className={styles['attribute']}>
        Attribute
        <select
          data-testid="group-by-attribute"
          value={by.kind === 'attribute' ? by.name : ''}
          onPointerDown={load}
          onFocus={load}
          onChange={(event) => view.wish({ by: printGroupBy({ kind: 'attribute', name: event.target.value }) })}
        >
          <option value="" disabled>
            choose…
          </option>
          {by.kind === 'attribute' && !names.includes(by.name) && <option value={by.name}>{by.name}</option>}
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
