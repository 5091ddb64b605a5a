import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type Ref, useMemo } from 'react';

import type { Focusable } from '../query-editor/plain-field.tsx';
import { QueryField } from '../query-editor/query-field.tsx';
import type { QueryProblem } from '../query-editor/query-problem.ts';
import { storeVocabulary } from '../query-editor/store-vocabulary.ts';
import controls from '../styles/controls.module.css';
import styles from './query-bar.module.css';
import { timeRangeParameters } from '../time-range/time-range.ts';
import type { Draft } from './use-draft.ts';

/** The query's text over the whole width, and the button that runs it. */
export function QueryBar({
  draft,
  problem,
  formId,
  focusRef,
  onRun,
  children,
}: {
  readonly draft: Draft;
  /** What the server says is wrong with the query's text. */
  readonly problem: QueryProblem | undefined;
  /** Of the form that the button submits. */
  readonly formId: string;
  readonly focusRef: Ref<Focusable>;
  readonly onRun: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  const queries = useQueryClient();
  const { time } = draft.state;
  const vocabulary = useMemo(() => storeVocabulary(queries, timeRangeParameters(time)), [queries, time]);
  return (
    <div className={styles['bar']} role="search" aria-label="Query">
      <QueryField
        value={draft.text}
        problem={problem}
        focusRef={focusRef}
        vocabulary={vocabulary}
        onChange={draft.setText}
        onRun={onRun}
      />
      <div className={styles['actions']}>
        {children}
        <button
          type="submit"
          form={formId}
          className={`${controls['button']} ${controls['primary']}`}
          data-testid="search-submit"
        >
          Search
        </button>
      </div>
    </div>
  );
}
