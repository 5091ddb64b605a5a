import type { UseQueryResult } from '@tanstack/react-query';
import type { CompletenessAnswer } from '@throughline/query/client';
import { type ReactNode, useId } from 'react';

import { messageOf } from '../api/backend.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './section.module.css';

/** A part of a page that loads, fails and is empty by itself. */
export function Section<T>({
  title,
  note,
  testId,
  query,
  pending,
  children,
  actions,
}: {
  readonly title: string;
  /** What the section is about, in a few words. */
  readonly note?: ReactNode;
  readonly testId: string;
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isError' | 'refetch'>;
  /** What is being done while there is no answer. */
  readonly pending: string;
  readonly children: (data: T) => ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  const id = useId();
  const { data } = query;
  return (
    <section
      className={styles['section']}
      aria-labelledby={id}
      data-testid={testId}
      aria-busy={data === undefined && !query.isError}
    >
      <header className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
        {actions !== undefined && <span className={styles['actions']}>{actions}</span>}
      </header>
      {data !== undefined ? (
        children(data)
      ) : query.isError ? (
        <div className={styles['failed']} role="alert">
          <p>{messageOf(query.error)}</p>
          <button
            type="button"
            className={`${controls['button']} ${controls['small']}`}
            onClick={() => void query.refetch()}
          >
            Try again
          </button>
        </div>
      ) : (
        <p className={styles['pending']} role="status">
          <span className={styles['pulse']} aria-hidden="true" />
          {pending}
        </p>
      )}
    </section>
  );
}

/** What an answer says in place of a list that is empty. */
export function Quiet({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <p className={styles['quiet']}>
      <Icon name="check" size={14} />
      <span>{children}</span>
    </p>
  );
}

/** Why an answer may be less than the whole. */
export function Reasons({ of }: { readonly of: CompletenessAnswer }): ReactNode {
  if (of.reasons.length === 0) return null;
  return (
    <ul className={styles['reasons']} data-testid="incomplete">
      {of.reasons.map(({ code, message }) => (
        <li key={code + message}>{message}</li>
      ))}
    </ul>
  );
}
