import { type ReactNode, useState } from 'react';

import { Link } from '../navigation/link.tsx';
import { navigate } from '../navigation/location.ts';
import { type Route, traceIdIn, tracePath } from '../navigation/routes.ts';
import controls from '../styles/controls.module.css';
import { Navigation } from './navigation.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { Upload } from '../upload/upload.tsx';
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
      <Upload />
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
      aria-label="Go to a trace"
      className={styles['lookup']}
      onSubmit={(event) => {
        event.preventDefault();
        const traceId = traceIdIn(text);
        setWrong(traceId === undefined);
        if (traceId === undefined) return;
        setText('');
        // The trace's own keys are heard from there, and not from a field.
        document.getElementById(CONTENT_ID)?.focus();
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
