import type { ReactNode } from 'react';

import styles from './page-head.module.css';

/** The first line of a page: what it is, and beside it what it is about. */
export function PageHead({
  title,
  children,
}: {
  readonly title: ReactNode;
  /** Controls, at the end of the line. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className={styles['head']}>
      <h1 className={styles['title']}>{title}</h1>
      {children !== undefined && <div className={styles['controls']}>{children}</div>}
    </div>
  );
}

/** A page that scrolls as a whole. */
export function PageBody({ children, testId }: { readonly children: ReactNode; readonly testId: string }): ReactNode {
  return (
    <main className={styles['body']} data-testid={testId}>
      {children}
    </main>
  );
}
