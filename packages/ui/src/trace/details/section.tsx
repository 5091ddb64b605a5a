import { createContext, type ReactNode, use } from 'react';

import { formatCount } from '../../format/count.ts';
import { Icon } from '../../shell/icons.tsx';
import styles from './section.module.css';

/** Which sections the user closed, or opened where they are closed at first: kept from span to span. */
export interface ToggledSections {
  readonly titles: ReadonlySet<string>;
  readonly toggle: (title: string) => void;
}

export const ToggledSectionsContext: React.Context<ToggledSections> = createContext<ToggledSections>({
  titles: new Set(),
  toggle: () => undefined,
});

/** A part of the panel that can be closed. */
export function Section({
  title,
  count,
  dropped = 0,
  isClosedAtFirst = false,
  children,
}: {
  readonly title: string;
  readonly count?: number;
  /** How many the sender left out, as it says. */
  readonly dropped?: number;
  /** For what costs something to show. */
  readonly isClosedAtFirst?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const toggled = use(ToggledSectionsContext);
  const isOpen = toggled.titles.has(title) === isClosedAtFirst;
  return (
    <details
      className={styles['section']}
      open={isOpen}
      onToggle={(event) => {
        const { open } = event.currentTarget;
        if (open !== isOpen) toggled.toggle(title);
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
