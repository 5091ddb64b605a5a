import { type ReactNode, useId } from 'react';

import { fromLocalInput, toLocalInput } from '../format/instant.ts';
import controls from '../styles/controls.module.css';
import styles from './insights-page.module.css';
import type { Reference, ResolvedWindow } from './insights-state.ts';

const REFERENCES: readonly { readonly kind: Exclude<Reference['kind'], 'between'>; readonly label: string }[] = [
  { kind: 'auto', label: 'What shows most' },
  { kind: 'previous', label: 'The time before' },
  { kind: 'within', label: 'Itself, divided by time' },
];

/** What the window is held against: the time before it, itself, or a time of choice. */
export function ReferenceField({
  value,
  window,
  onChange,
}: {
  readonly value: Reference;
  readonly window: ResolvedWindow | undefined;
  readonly onChange: (value: Reference) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className={styles['against']}>
      <label className={styles['againstLabel']} htmlFor={id}>
        against
      </label>
      <select
        id={id}
        className={controls['input']}
        data-testid="against"
        value={value.kind}
        onChange={(event) => {
          if (event.target.value === 'between') onChange(timeBefore(window));
          else onChange({ kind: REFERENCES.find(({ kind }) => kind === event.target.value)?.kind ?? 'auto' });
        }}
      >
        {REFERENCES.map(({ kind, label }) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
        <option value="between">From … to …</option>
      </select>
      {value.kind === 'between' && (
        <div className={styles['bounds']}>
          <input
            type="datetime-local"
            step={1}
            aria-label="Reference from"
            className={controls['input']}
            value={toLocalInput(value.fromMs)}
            onChange={(event) => {
              const fromMs = fromLocalInput(event.target.value);
              if (fromMs !== undefined && fromMs < value.toMs) onChange({ ...value, fromMs });
            }}
          />
          <input
            type="datetime-local"
            step={1}
            aria-label="Reference to"
            className={controls['input']}
            value={toLocalInput(value.toMs)}
            onChange={(event) => {
              const toMs = fromLocalInput(event.target.value);
              if (toMs !== undefined && toMs > value.fromMs) onChange({ ...value, toMs });
            }}
          />
        </div>
      )}
    </div>
  );
}

/** As much time as the window has, before it. */
function timeBefore(window: ResolvedWindow | undefined): Reference {
  const toMs = window === undefined ? Date.now() : Number(window.fromUnixNano / 1_000_000n);
  const lengthMs = window === undefined ? 3_600_000 : Number((window.toUnixNano - window.fromUnixNano) / 1_000_000n);
  const whole = (ms: number): number => Math.floor(ms / 1000) * 1000;
  return { kind: 'between', fromMs: whole(toMs - lengthMs), toMs: whole(toMs) };
}
