import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { Link } from '../navigation/link.tsx';
import { navigate } from '../navigation/location.ts';
import type { Route } from '../navigation/routes.ts';
import controls from '../styles/controls.module.css';
import { withTimeOf } from '../time-range/time-range.ts';
import { Icon } from './icons.tsx';
import { isTyping } from './is-typing.ts';
import styles from './navigation.module.css';
import { NAVIGATION, type NavigationEntry, pageOfKey } from './navigation-entries.ts';

/** The pages in the top bar: a row of links, or on narrow screens a menu that opens below its button. */
export function Navigation({
  current,
  pages,
  search,
}: {
  readonly current: Route['page'];
  readonly pages: ReadonlySet<string>;
  /** The address's query string: the pages one goes to show the same time. */
  readonly search: string;
}): ReactNode {
  const entries = NAVIGATION.filter(({ page }) => pages.has(page));
  const [open, setOpen] = useState(false);
  const listId = useId();
  const root = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useGoToKeys(entries, search);
  useEffect(() => {
    if (!open) return undefined;
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    const onFocusIn = (event: FocusEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    window.addEventListener('pointerdown', onPointerDown);
    window.addEventListener('focusin', onFocusIn);
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      window.removeEventListener('pointerdown', onPointerDown);
      window.removeEventListener('focusin', onFocusIn);
      window.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, [open]);
  return (
    <nav ref={root} className={styles['nav']} aria-label="Pages" data-testid="navigation">
      <button
        ref={button}
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${styles['toggle']}`}
        aria-expanded={open}
        aria-controls={listId}
        data-testid="navigation-toggle"
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" />
        <span>{entries.find(({ page }) => page === current)?.label ?? 'Pages'}</span>
      </button>
      <ul id={listId} className={open ? `${styles['list']} ${styles['open']}` : styles['list']}>
        {entries.map(({ page, label, key }) => (
          <li key={page}>
            <Link
              to={withTimeOf(`/${page}`, search)}
              className={styles['link']}
              aria-current={page === current ? 'page' : undefined}
              aria-keyshortcuts={`g ${key}`}
              title={`${label} (g ${key})`}
              data-testid={`navigate-${page}`}
              onClick={() => setOpen(false)}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How long after `g` the next key still names a page. */
const SEQUENCE_MS = 1500;

/** `g` and a page's letter go there, from wherever one is not typing. */
function useGoToKeys(entries: readonly NavigationEntry[], search: string): void {
  const startedAtMs = useRef(-Infinity);
  useEffect(() => {
    // Before the page's own keys: the letter behind `g` is not theirs.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      const isSecond = event.timeStamp - startedAtMs.current < SEQUENCE_MS;
      startedAtMs.current = -Infinity;
      if (!isSecond) {
        if (event.key === 'g') startedAtMs.current = event.timeStamp;
        return;
      }
      const page = pageOfKey(entries, event.key);
      if (page === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      navigate(withTimeOf(`/${page}`, search));
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [entries, search]);
}
