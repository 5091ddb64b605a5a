import type { ReactNode } from 'react';

import { parseColourBy, printColourBy } from './trace-address.ts';
import styles from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { useAttributeNames } from './use-attribute-names.ts';
import { useViewState } from './use-view-state.ts';

const COLUMNS = [
  ['service', 'Service'],
  ['kind', 'Kind'],
  ['error', 'Error'],
  ['self', 'Self time'],
] as const;

/** What the bars' colours say. The attributes are looked up when the list is opened first. */
export function ColourField({ view }: { readonly view: TraceView }): ReactNode {
  const by = useViewState(view, (state) => state.wishes.colourBy);
  const [known, load] = useAttributeNames(view);
  const value = printColourBy(by) ?? 'service';
  return (
    <label className={styles['field']}>
      <span>Colour</span>
      <select
        className={styles['select']}
        data-testid="colour-by"
        value={value}
        onPointerDown={load}
        onFocus={load}
        onChange={(event) => view.wish({ colourBy: parseColourBy(event.target.value) })}
      >
        {COLUMNS.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
        <optgroup label="Attribute">
          {by.kind === 'attribute' && !known.includes(by.name) && <option value={value}>{by.name}</option>}
          {known.map((name) => (
            <option key={name} value={`attribute:${name}`}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
