import type { ReactNode } from 'react';

import styles from './notice.module.css';

/** A calm full-page message: what happened, what could be the cause, what to do. */
export function Notice({
  title,
  children,
  actions,
  role,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly role?: 'alert' | 'status';
}): ReactNode {
  return (
    <div className={styles['notice']} role={role}>
      <h2 className={styles['title']}>{title}</h2>
      {children !== undefined && <div className={styles['body']}>{children}</div>}
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </div>
  );
}
