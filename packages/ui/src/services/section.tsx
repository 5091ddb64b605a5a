import { type ReactNode, useId } from 'react';

import { messageOf } from '../api/backend.ts';
import controls from '../styles/controls.module.css';
import styles from './section.module.css';

/** A query's result, or what is known already. */
interface SectionAnswer<T> {
  readonly data: T | undefined;
  readonly error?: Error | null;
  readonly refetch?: () => unknown;
}

/** A part of the service's page that has a question of its own to ask; each waits and fails alone. */
export function Section<T>({
  title,
  note,
  answer,
  testId,
  children,
}: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly answer: SectionAnswer<T>;
  readonly testId: string;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id} data-testid={testId}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p className={styles['note']}>{note}</p>}
      </div>
      {answer.data !== undefined ? (
        children(answer.data)
      ) : answer.error instanceof Error ? (
        <p className={styles['message']} role="alert">
          {messageOf(answer.error)}{' '}
          <button
            type="button"
            className={`${controls['button']} ${controls['small']}`}
            onClick={() => void answer.refetch?.()}
          >
            Try again
          </button>
        </p>
      ) : (
        <p className={styles['message']} role="status">
          Reading…
        </p>
      )}
    </section>
  );
}
