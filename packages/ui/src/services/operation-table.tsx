import { useQuery } from '@tanstack/react-query';
import type { Reason, WindowParameters } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { backend } from '../api/backend.ts';
import { useParameters } from '../navigation/use-parameters.ts';
import { Reasons } from '../shell/reasons.tsx';
import controls from '../styles/controls.module.css';
import table from '../styles/table.module.css';
import styles from './operation-table.module.css';
import { RedCells } from './red-cells.tsx';
import { stepGrid } from './red-series.ts';
import { Section } from './section.tsx';
import { sortFromUrl, sortGroups, sortToUrl } from './service-rows.ts';
import { SortHead } from './sort-head.tsx';

const LIMIT = 200;

/** The operations of a service; choosing one makes the page about it. */
export function OperationTable({
  service,
  operation,
  window,
  told,
}: {
  readonly service: string;
  readonly operation: string | undefined;
  readonly window: WindowParameters;
  /** Why the page's first answer is incomplete. */
  readonly told: readonly Reason[];
}): ReactNode {
  const [parameters, change] = useParameters();
  const sort = sortFromUrl(parameters.get('sort'));
  const answer = useQuery({
    queryKey: ['red', 'operation', service, window],
    queryFn: ({ signal }) => backend.red({ ...window, by: 'operation', service, limit: LIMIT }, { signal }),
  });
  const setSort = (next: typeof sort): void => change({ sort: sortToUrl(next) }, { replace: true });
  const shared = { sort, onSort: setSort };
  return (
    <Section title="Operations" testId="operations" answer={answer}>
      {(red) => {
        const grid = stepGrid(red.window, red.step_seconds);
        const groups = sortGroups(
          red.groups,
          sort.column === 'health' ? sortFromUrl(null) : sort,
          () => undefined,
          (group) => group.operation ?? '',
        );
        return (
          <>
            <Reasons reasons={red.reasons} told={told} />
            <div className={table['frame']}>
              <table className={table['table']}>
                <thead>
                  <tr>
                    <SortHead column="name" {...shared}>
                      Operation
                    </SortHead>
                    <SortHead column="rate" {...shared}>
                      Requests
                    </SortHead>
                    <SortHead column="errors" {...shared}>
                      Errors
                    </SortHead>
                    <SortHead column="p50" {...shared}>
                      p50
                    </SortHead>
                    <SortHead column="p95" {...shared}>
                      p95
                    </SortHead>
                    <SortHead column="p99" {...shared}>
                      p99
                    </SortHead>
                  </tr>
                </thead>
                <tbody>
                  {groups.map((group) => {
                    const isChosen = group.operation === operation;
                    return (
                      <tr
                        key={group.operation}
                        data-testid="operation-row"
                        data-operation={group.operation}
                        data-selected={isChosen}
                      >
                        <td>
                          <button
                            type="button"
                            className={styles['choose']}
                            aria-pressed={isChosen}
                            title={isChosen ? 'Show all operations' : 'Show this operation alone'}
                            onClick={() => change({ operation: isChosen ? undefined : (group.operation ?? undefined) })}
                          >
                            {group.operation === '' ? 'unnamed' : group.operation}
                          </button>
                          {isChosen && <span className={controls['hiddenText']}>chosen</span>}
                        </td>
                        <RedCells group={group} grid={grid} window={red.window} />
                      </tr>
                    );
                  })}
                </tbody>
              </table>
              {groups.length === 0 && <p className={table['empty']}>No requests.</p>}
            </div>
          </>
        );
      }}
    </Section>
  );
}
