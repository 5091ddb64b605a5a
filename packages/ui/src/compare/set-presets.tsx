import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { parseDuration } from '../format/duration.ts';
import { fromLocalInput, toLocalInput } from '../format/instant.ts';
import controls from '../styles/controls.module.css';
import { type TimeRange, timeRangeParameters } from '../time-range/time-range.ts';
import {
  beforeAndAfter,
  failedAgainstRest,
  type SetPreset,
  slowAgainstRest,
  versionAgainstVersion,
} from './presets.ts';
import styles from './sets-page.module.css';

type PresetName = 'slow' | 'failed' | 'version' | 'time';

const PRESETS: readonly { readonly name: PresetName; readonly label: string }[] = [
  { name: 'slow', label: 'Slow against the rest' },
  { name: 'failed', label: 'Failed against the rest' },
  { name: 'version', label: 'Version against version' },
  { name: 'time', label: 'After against before' },
];

/** What one most often compares; each asks for the one thing that it needs. */
export function SetPresets({
  time,
  onUse,
}: {
  readonly time: TimeRange;
  readonly onUse: (preset: SetPreset) => void;
}): ReactNode {
  const [open, setOpen] = useState<PresetName | undefined>(undefined);
  return (
    <div className={styles['presets']}>
      {PRESETS.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          data-testid={`preset-${name}`}
          aria-expanded={name === 'failed' ? undefined : open === name}
          onClick={() => {
            if (name === 'failed') onUse(failedAgainstRest());
            else setOpen(open === name ? undefined : name);
          }}
        >
          {label}
        </button>
      ))}
      {open === 'slow' && <SlowPreset onUse={onUse} />}
      {open === 'version' && <VersionPreset time={time} onUse={onUse} />}
      {open === 'time' && <TimePreset onUse={onUse} />}
    </div>
  );
}

function SlowPreset({ onUse }: { readonly onUse: (preset: SetPreset) => void }): ReactNode {
  const [text, setText] = useState('500ms');
  const nano = parseDuration(text);
  return (
    <span className={styles['preset']}>
      <label>
        Traces longer than{' '}
        <input
          className={controls['input']}
          data-testid="slow-above"
          aria-invalid={nano === undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <UseButton preset={nano === undefined ? undefined : slowAgainstRest(nano)} onUse={onUse} />
    </span>
  );
}

function VersionPreset({
  time,
  onUse,
}: {
  readonly time: TimeRange;
  readonly onUse: (preset: SetPreset) => void;
}): ReactNode {
  const [service, setService] = useState('');
  const window = timeRangeParameters(time);
  const services = useQuery({
    queryKey: ['compare', 'services', window],
    queryFn: ({ signal }) => backend.services(window, { signal }),
  });
  const versions = useQuery({
    queryKey: ['compare', 'versions', service, window],
    queryFn: ({ signal }) =>
      backend.attributeValues('service.version', { ...window, scope: 'resource', service }, { signal }),
    enabled: service !== '',
  });
  const values = versions.data?.values.map(({ value }) => String(value)) ?? [];
  return (
    <span className={styles['preset']}>
      <label>
        Of{' '}
        <select
          className={controls['input']}
          data-testid="version-service"
          value={service}
          onChange={(event) => setService(event.target.value)}
        >
          <option value="">service…</option>
          {(services.data ?? []).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {versions.isError && <span className={controls['problem']}>{messageOf(versions.error)}</span>}
      {versions.data !== undefined &&
        (values.length < 2 ? (
          <span className={styles['muted']}>
            {values.length === 0 ? 'It names no service.version.' : `There is only version ${values[0]}.`}
          </span>
        ) : (
          <Versions key={service} service={service} values={values} onUse={onUse} />
        ))}
    </span>
  );
}

function Versions({
  service,
  values,
  onUse,
}: {
  readonly service: string;
  readonly values: readonly string[];
  readonly onUse: (preset: SetPreset) => void;
}): ReactNode {
  const ordered = values.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const [chosen, setChosen] = useState({ a: ordered.at(-2) ?? '', b: ordered.at(-1) ?? '' });
  return (
    <>
      {(['a', 'b'] as const).map((side) => (
        <label key={side}>
          {side.toUpperCase()}{' '}
          <select
            className={controls['input']}
            value={chosen[side]}
            onChange={(event) => setChosen({ ...chosen, [side]: event.target.value })}
          >
            {ordered.map((version) => (
              <option key={version} value={version}>
                {version}
              </option>
            ))}
          </select>
        </label>
      ))}
      <UseButton preset={versionAgainstVersion(service, chosen.a, chosen.b)} onUse={onUse} />
    </>
  );
}

const HALF_HOUR_MS = 1_800_000;

function TimePreset({ onUse }: { readonly onUse: (preset: SetPreset) => void }): ReactNode {
  const [splitMs, setSplitMs] = useState(() => Math.floor((Date.now() - HALF_HOUR_MS) / 60_000) * 60_000);
  const [minutes, setMinutes] = useState(30);
  return (
    <span className={styles['preset']}>
      <label>
        <input
          type="number"
          min={1}
          max={10_080}
          className={controls['input']}
          aria-label="Minutes on each side"
          value={minutes}
          onChange={(event) => setMinutes(Math.max(1, Math.round(Number(event.target.value))))}
        />{' '}
        minutes before and after
      </label>
      <input
        type="datetime-local"
        step={1}
        className={controls['input']}
        aria-label="The moment"
        data-testid="split-time"
        value={toLocalInput(splitMs)}
        onChange={(event) => setSplitMs(fromLocalInput(event.target.value) ?? splitMs)}
      />
      <UseButton preset={beforeAndAfter(splitMs, minutes * 60_000)} onUse={onUse} />
    </span>
  );
}

function UseButton({
  preset,
  onUse,
}: {
  readonly preset: SetPreset | undefined;
  readonly onUse: (preset: SetPreset) => void;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${controls['button']} ${controls['small']} ${controls['primary']}`}
      data-testid="preset-use"
      disabled={preset === undefined}
      onClick={() => preset !== undefined && onUse(preset)}
    >
      Compare
    </button>
  );
}
