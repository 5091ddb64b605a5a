import { type ReactNode, type RefObject, useMemo } from 'react';

import { exportHref } from '../api/backend.ts';
import { hrefOf } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon, type IconName } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { FindBox } from './find-box.tsx';
import type { TraceCommand } from './keyboard.ts';
import { type CommandHost, foldTo, runCommand } from './run-command.ts';
import type { DetailsReader } from './span-details.ts';
import { spanIdOfRow } from './span-ids.ts';
import { isFullViewport } from './time-viewport.ts';
import styles from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';
import { foldedFromDepth, maxDepth } from './visible-rows.ts';

const FORMATS = [
  ['otlp', 'OTLP JSON'],
  ['jaeger', 'Jaeger JSON'],
  ['zipkin', 'Zipkin JSON'],
  ['simple', 'Simple span list'],
] as const;

/** Levels offered by "fold below". */
const MAX_LEVELS_OFFERED = 12;

export function TraceToolbar({
  view,
  details,
  findInput,
  host,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly findInput: RefObject<HTMLInputElement | null>;
  readonly host: CommandHost;
}): ReactNode {
  const { columns } = view;
  const deepest = useMemo(() => maxDepth(columns), [columns]);
  const hasErrors = (view.errorsUpTo[columns.spanCount] ?? 0) > 0;
  const isWhole = useViewState(view, (state) => isFullViewport(state.viewport, view.durationNano));
  const run = (command: TraceCommand): void => void runCommand(command, view, host);
  return (
    <div className={styles['bar']} role="toolbar" aria-label="Trace">
      <FindBox view={view} details={details} inputRef={findInput} />
      {hasErrors && (
        <div className={styles['group']}>
          <Tool icon="error" label="Next error (e)" error onClick={() => run({ kind: 'next-error' })}>
            Next error
          </Tool>
        </div>
      )}
      <div className={styles['group']}>
        <Tool icon="fold" label="Fold all (c)" onClick={() => run({ kind: 'fold-all' })} />
        <Tool icon="unfold" label="Unfold all (x)" onClick={() => run({ kind: 'unfold-all' })} />
        {deepest > 1 && (
          <select
            className={styles['select']}
            aria-label="Fold below a level"
            data-testid="fold-level"
            value=""
            onChange={(event) => {
              foldTo(view, foldedFromDepth(columns, Number(event.target.value)));
              event.target.blur();
            }}
          >
            <option value="" disabled hidden>
              Levels
            </option>
            {Array.from({ length: Math.min(deepest, MAX_LEVELS_OFFERED) }, (_, level) => (
              <option key={level} value={level}>
                {level + 1} {level === 0 ? 'level' : 'levels'}
              </option>
            ))}
          </select>
        )}
      </div>
      <div className={styles['group']}>
        <Tool icon="minus" label="Zoom out (-)" disabled={isWhole} onClick={() => run({ kind: 'zoom', factor: 2 })} />
        <Tool icon="plus" label="Zoom in (+)" onClick={() => run({ kind: 'zoom', factor: 0.5 })} />
        <Tool icon="fit" label="Whole trace (0)" disabled={isWhole} onClick={() => run({ kind: 'reset-zoom' })} />
      </div>
      <div className={`${styles['group']} ${styles['end']}`}>
        <CopyButton
          label="a link to what is open"
          text={() => {
            const { selectedRow } = view.state();
            const spanId = selectedRow < 0 ? undefined : spanIdOfRow(columns, selectedRow);
            return new URL(hrefOf(tracePath(columns.traceId, spanId)), window.location.href).href;
          }}
        >
          Link
        </CopyButton>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- closes when the focus leaves */}
        <details className={styles['menu']} onBlur={closeWhenLeft}>
          <summary className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}>
            <Icon name="download" size={14} /> Download
          </summary>
          <ul className={styles['menuList']}>
            {FORMATS.map(([format, label]) => (
              <li key={format}>
                <a
                  href={exportHref(columns.traceId, format)}
                  download={`trace-${columns.traceId}.${format}.json`}
                  data-testid={`download-${format}`}
                >
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </details>
        <Tool icon="keyboard" label="Keys (?)" onClick={() => run({ kind: 'help' })} />
      </div>
    </div>
  );
}

function closeWhenLeft(event: React.FocusEvent<HTMLDetailsElement>): void {
  if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}

function Tool({
  icon,
  label,
  disabled,
  error,
  children,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  readonly error?: boolean;
  readonly children?: ReactNode;
  readonly onClick: () => void;
}): ReactNode {
  const classes = [controls['button'], controls['quiet'], controls['small'], children === undefined && styles['tool']];
  if (error === true) classes.push(styles['errorTool']);
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
      {children}
    </button>
  );
}
