import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef, useState } from 'react';

import { exportHref } from '../../api/backend.ts';
import { countOf, formatCount } from '../../format/count.ts';
import { pageMode } from '../../navigation/page-mode.ts';
import { CopyButton } from '../../shell/copy-button.tsx';
import { Icon } from '../../shell/icons.tsx';
import controls from '../../styles/controls.module.css';
import { AfterDetails } from '../after-details.tsx';
import type { DetailsReader } from '../span-details.ts';
import type { TraceView } from '../trace-view.ts';
import { useViewState } from '../use-view-state.ts';
import { leftOutCount, pageCount, pageRange, rawJson, rawLineOf } from './raw-text.ts';
import styles from './raw-view.module.css';

const LINE_HEIGHT_PX = 18;

/** Longer lines are cut on screen; copies have all of them. */
const MAX_LINE_CHARACTERS = 2_000;

const SCROLL_KEYS: ReadonlySet<string> = new Set([
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  ' ',
]);

interface Props {
  readonly view: TraceView;
  readonly details: DetailsReader;
}

/** The trace, or the selected span alone, as OTLP JSON. */
export default function RawView({ view, details }: Props): ReactNode {
  const meanwhile = (
    <p role="status" className={styles['pending']}>
      Attributes and events are on their way…
    </p>
  );
  return (
    <AfterDetails arrival={view.arrival} meanwhile={meanwhile}>
      {() => <RawSpans view={view} details={details} />}
    </AfterDetails>
  );
}

function RawSpans({ view, details }: Props): ReactNode {
  const { columns } = view;
  const selectedRow = useViewState(view, (state) => state.selectedRow);
  const [scope, setScope] = useState<'trace' | 'span'>('trace');
  const [page, setPage] = useState(0);
  const showsSpan = scope === 'span' && selectedRow >= 0;
  const pages = pageCount(columns.spanCount);
  const range = pageRange(columns.spanCount, page);
  const { text, missing } = useMemo(() => {
    const shown = showsSpan ? { start: selectedRow, end: selectedRow + 1 } : pageRange(columns.spanCount, page);
    return { text: rawJson(columns, details, shown), missing: leftOutCount(details, shown) };
  }, [columns, details, showsSpan, selectedRow, page]);
  return (
    <section className={styles['view']} aria-label="OTLP JSON" data-testid="raw-view">
      <div className={styles['bar']}>
        <div className={controls['segments']} role="group" aria-label="What is shown">
          <button
            type="button"
            className={controls['segment']}
            aria-pressed={!showsSpan}
            onClick={() => setScope('trace')}
          >
            Trace
          </button>
          <button
            type="button"
            className={controls['segment']}
            aria-pressed={showsSpan}
            disabled={selectedRow < 0}
            title={selectedRow < 0 ? 'Select a span first' : undefined}
            onClick={() => setScope('span')}
          >
            Selected span
          </button>
        </div>
        {!showsSpan && pages > 1 && (
          <div className={styles['pages']}>
            <PageButton label="Previous spans" icon="left" disabled={page === 0} onClick={() => setPage(page - 1)} />
            <span>
              Spans {formatCount(range.start + 1)} to {formatCount(range.end)} of {formatCount(columns.spanCount)}
            </span>
            <PageButton
              label="Next spans"
              icon="right"
              disabled={page === pages - 1}
              onClick={() => setPage(page + 1)}
            />
          </div>
        )}
        <span className={styles['end']}>
          <CopyButton text={text} label={showsSpan ? 'the span' : pages > 1 ? 'the spans shown' : 'the trace'}>
            Copy
          </CopyButton>
          {pageMode !== 'file' && (
            <a
              className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
              href={exportHref(columns.traceId, 'otlp')}
              download={`trace-${columns.traceId}.otlp.json`}
            >
              <Icon name="download" size={14} /> Download
            </a>
          )}
        </span>
      </div>
      {missing > 0 && (
        <p className={styles['missing']}>
          <Icon name="warning" size={14} />
          Without the attributes, events and links of {countOf(missing, 'span')}, which are not here.
        </p>
      )}
      <RawLines text={text} />
    </section>
  );
}

function PageButton({
  label,
  icon,
  disabled,
  onClick,
}: {
  readonly label: string;
  readonly icon: 'left' | 'right';
  readonly disabled: boolean;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}

function RawLines({ text }: { readonly text: string }): ReactNode {
  const lines = useMemo(() => text.split('\n'), [text]);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here and handed to nobody
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_PX,
    overscan: 20,
  });
  return (
    // A region that scrolls has to be reachable by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it keeps its own scroll keys
    <div
      className={styles['scroller']}
      ref={scroller}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label="Text"
      onKeyDown={(event) => {
        // They scroll the text here, and walk the tree elsewhere on the page.
        if (SCROLL_KEYS.has(event.key)) event.stopPropagation();
      }}
    >
      <div className={styles['lines']} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div key={index} className={styles['line']} style={{ transform: `translateY(${start}px)` }}>
            <span className={styles['lineNumber']} aria-hidden="true">
              {index + 1}
            </span>
            <Line text={lines[index] ?? ''} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Line({ text }: { readonly text: string }): ReactNode {
  const { indent, key, value, kind } = rawLineOf(text);
  const cut = value.length - MAX_LINE_CHARACTERS;
  return (
    <code>
      {indent}
      {key !== '' && <span className={styles['key']}>{key}</span>}
      <span className={styles[kind]}>{cut > 0 ? value.slice(0, MAX_LINE_CHARACTERS) : value}</span>
      {cut > 0 && <span className={styles['cut']}>… {countOf(cut, 'more character')}</span>}
    </code>
  );
}
