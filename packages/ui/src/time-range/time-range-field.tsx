import { type ReactNode, useId } from 'react';

import { fromLocalInput, toLocalInput } from '../format/instant.ts';
import controls from '../styles/controls.module.css';
import styles from './time-range-field.module.css';
import { TIME_PRESETS, type TimeRange } from './time-range.ts';

const HOUR_MS = 3_600_000;

export function TimeRangeField({
  value,
  onChange,
  layout = 'stacked',
}: {
  readonly value: TimeRange;
  readonly onChange: (value: TimeRange) => void;
  /** `inline` is one line for the head of a page, without a label that is seen. */
  readonly layout?: 'stacked' | 'inline';
}): ReactNode {
  const id = useId();
  const selected = value.kind === 'since' ? value.since : value.kind;
  const isPreset = TIME_PRESETS.some((preset) => preset.since === selected);
  return (
    <div className={layout === 'inline' ? styles['inline'] : undefined}>
      <label className={layout === 'inline' ? controls['hiddenText'] : controls['label']} htmlFor={id}>
        Time range
      </label>
      <select
        id={id}
        className={controls['input']}
        data-testid="time-range"
        value={selected}
        onChange={(event) => {
          const choice = event.target.value;
          if (choice === 'all') onChange({ kind: 'all' });
          else if (choice === 'between') {
            const now = Math.floor(Date.now() / 1000) * 1000;
            onChange({ kind: 'between', fromMs: now - HOUR_MS, toMs: now });
          } else onChange({ kind: 'since', since: choice });
        }}
      >
        {TIME_PRESETS.map(({ since, label }) => (
          <option key={since} value={since}>
            {label}
          </option>
        ))}
        {value.kind === 'since' && !isPreset && <option value={value.since}>Last {value.since}</option>}
        <option value="all">All time</option>
        <option value="between">From … to …</option>
      </select>
      {value.kind === 'between' && (
        <div className={styles['bounds']}>
          <InstantField
            label="From"
            valueMs={value.fromMs}
            onChange={(fromMs) => onChange({ kind: 'between', fromMs, toMs: value.toMs })}
          />
          <InstantField
            label="To"
            valueMs={value.toMs}
            onChange={(toMs) => onChange({ kind: 'between', fromMs: value.fromMs, toMs })}
          />
        </div>
      )}
    </div>
  );
}

function InstantField({
  label,
  valueMs,
  onChange,
}: {
  readonly label: string;
  readonly valueMs: number | undefined;
  readonly onChange: (epochMs: number | undefined) => void;
}): ReactNode {
  return (
    <label className={styles['bound']}>
      <span>{label}</span>
      <input
        type="datetime-local"
        step={1}
        className={controls['input']}
        data-testid={`time-${label.toLowerCase()}`}
        value={valueMs === undefined ? '' : toLocalInput(valueMs)}
        onChange={(event) => onChange(fromLocalInput(event.target.value))}
      />
    </label>
  );
}
