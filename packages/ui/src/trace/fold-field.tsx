import { type ReactNode, useMemo } from 'react';

import { foldTo } from './run-command.ts';
import { deepestLevel } from './shown-tree.ts';
import { traceFacts } from './trace-facts.ts';
import styles from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';
import { foldedFromDepth, foldedInServices } from './visible-rows.ts';

/** Levels and services offered. */
const MAX_OFFERED = 12;

/** Folds the tree below a level, or where a service is entered. */
export function FoldField({ view }: { readonly view: TraceView }): ReactNode {
  const { columns } = view;
  const tree = useViewState(view, (state) => state.tree);
  const deepest = useMemo(() => deepestLevel(tree), [tree]);
  const services = useMemo(() => traceFacts(columns).services.slice(0, MAX_OFFERED), [columns]);
  if (deepest < 2 && services.length < 2) return null;
  const fold = (value: string): void => {
    const [kind, rest = ''] = value.split(/:(.*)/s);
    if (kind === 'level') foldTo(view, foldedFromDepth(tree, tree.baseDepth + Number(rest)));
    else foldTo(view, foldedInServices(tree, columns, rest === '' ? undefined : columns.strings.indexOf(rest)));
  };
  return (
    <select
      className={`${styles['select']} ${styles['fold']}`}
      aria-label="Fold by level or service"
      data-testid="fold-by"
      value=""
      onChange={(event) => {
        fold(event.target.value);
        event.target.blur();
      }}
    >
      <option value="" disabled hidden>
        Fold
      </option>
      {deepest > 1 && (
        <optgroup label="Show">
          {Array.from({ length: Math.min(deepest, MAX_OFFERED) }, (_, level) => (
            <option key={level} value={`level:${level}`}>
              {level + 1} {level === 0 ? 'level' : 'levels'}
            </option>
          ))}
        </optgroup>
      )}
      {services.length > 1 && (
        <optgroup label="Fold within">
          <option value="service:">each service</option>
          {services.map(({ service }) => (
            <option key={service} value={`service:${service}`}>
              {service}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}
