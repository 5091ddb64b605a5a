import { type ReactNode, useState } from 'react';

import { Link } from '../navigation/link.tsx';
import { navigate } from '../navigation/location.ts';
import { type Route, traceIdIn, tracePath } from '../navigation/routes.ts';
import controls from '../styles/controls.module.css';
import { Icon } from './icons.tsx';
import { Navigation } from './navigation.tsx';
import { setTheme, type Theme, useTheme } from './theme.ts';
import styles from './top-bar.module.css';

/** The element that holds the page; the first link of the bar leads there. */
export const CONTENT_ID = 'content';

export function TopBar({
  current,
  pages,
  search,
}: {
  readonly current: Route['page'];
  readonly pages: ReadonlySet<string>;
  readonly search: string;
}): ReactNode {
  return (
    <header className={styles['bar']}>
      <a
        href={`#${CONTENT_ID}`}
        className={styles['skip']}
        onClick={(event) => {
          // With a base address a fragment alone would lead to the app's root.
          event.preventDefault();
          document.getElementById(CONTENT_ID)?.focus();
        }}
      >
        Skip to the page
      </a>
      <Link to="/search" className={styles['brand']} aria-label="Throughline: search">
        <Logo />
        <span>Throughline</span>
      </Link>
      <Navigation current={current} pages={pages} search={search} />
      <TraceLookup />
      <ThemeSwitch />
    </header>
  );
}

/** Three spans and the line that leads through them. */
function Logo(): ReactNode {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" className={styles['logo']}>
      <rect width="24" height="24" rx="6" className={styles['logoGround']} />
      <path d="M5 7h8M8 12h8M12 17h7" className={styles['logoSpans']} />
      <path d="M5 7h4.5c2.4 0 1.6 5 4 5h.2c2.4 0 1 5 3.3 5h2" className={styles['logoLine']} />
    </svg>
  );
}

function TraceLookup(): ReactNode {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      role="search"
      className={styles['lookup']}
      onSubmit={(event) => {
        event.preventDefault();
        const traceId = traceIdIn(text);
        setWrong(traceId === undefined);
        if (traceId === undefined) return;
        setText('');
        navigate(tracePath(traceId));
      }}
    >
      <input
        className={controls['input']}
        data-testid="trace-lookup"
        aria-label="Go to trace"
        aria-invalid={wrong}
        placeholder="Go to trace id…"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
      />
      {wrong && (
        <p role="alert" className={styles['lookupProblem']}>
          A trace id is 1 to 32 hexadecimal digits; a traceparent or a link to a trace will do too.
        </p>
      )}
    </form>
  );
}

const THEMES: readonly { readonly theme: Theme; readonly icon: 'sun' | 'moon' | 'system'; readonly label: string }[] = [
  { theme: 'light', icon: 'sun', label: 'Light' },
  { theme: 'dark', icon: 'moon', label: 'Dark' },
  { theme: 'system', icon: 'system', label: 'As the system' },
];

function ThemeSwitch(): ReactNode {
  const current = useTheme();
  return (
    <div className={`${controls['segments']} ${styles['themes']}`} role="group" aria-label="Theme">
      {THEMES.map(({ theme, icon, label }) => (
        <button
          key={theme}
          type="button"
          className={`${controls['segment']} ${styles['theme']}`}
          aria-pressed={current === theme}
          aria-label={label}
          title={label}
          data-testid={`theme-${theme}`}
          onClick={() => setTheme(theme)}
        >
          <Icon name={icon} size={14} />
        </button>
      ))}
    </div>
  );
}
