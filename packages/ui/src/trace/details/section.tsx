import { createContext, type ReactNode, use } from 'react';

import { formatCount } from '../../format/count.ts';
import { Icon } from '../../shell/icons.tsx';
import styles from './section.module.css';

/** Which sections the user closed: kept from span to span. */
export interface ClosedSections {
  readonly titles: ReadonlySet<string>;
  readonly toggle: (title: string) => void;
}

export const ClosedSectionsContext: React.Context<ClosedSections> = createContext<ClosedSections>({
  titles: new Set(),
  toggle: () => undefined,
});

/** A part of the panel that can be closed. */
export function Section({
  title,
  count,
  dropped = 0,
  children,
}: {
  readonly title: string;
  readonly count?: number;
  /** How many the sender left out, as it says. */
  readonly dropped?: number;
  readonly children: ReactNode;
}): ReactNode {
  const closed = use(ClosedSectionsContext);
  const isOpen = !closed.titles.has(title);
  return (
    <details
      className={styles['section']}
      open={isOpen}
      onToggle={(event) => {
        const { open } = event.currentTarget;
        if (open !== isOpen) closed.toggle(title);
      }}
    >
      <summary>
        <Icon name="right" size={12} />
        <h3>{title}</h3>
        {count !== undefined && <span className={styles['count']}>{formatCount(count)}</span>}
        {dropped > 0 && <span className={styles['dropped']}>{formatCount(dropped)} more dropped by the sender</span>}
      </summary>
      {isOpen && <div className={styles['body']}>{children}</div>}
    </details>
  );
}
