import type { FacetAnswer, FacetValueAnswer } from '@throughline/query/client';
import type { FieldExpression } from '@throughline/traceql';
import { type ReactNode, useState } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './facets.module.css';
import { asksFor, conditionOf, type FormFields, formOf, searchWithToggled } from './form-query.ts';
import type { SearchState } from './search-state.ts';
import { useFacets } from './use-facets.ts';

/** What values the spans found have and how often. A click asks for one, another takes it back. */
export function Facets({
  state,
  enabled,
  onChange,
}: {
  readonly state: SearchState;
  /** The traces come first. */
  readonly enabled: boolean;
  readonly onChange: (state: SearchState) => void;
}): ReactNode {
  const facets = useFacets(state, enabled);
  const form = formOf(state);
  if (facets.isError) {
    return (
      <section className={styles['facets']} aria-label="Values">
        <p className={styles['note']}>The values of the spans found cannot be counted now.</p>
      </section>
    );
  }
  if (facets.data === undefined) return null;
  const { count, reasons } = facets.data;
  if (count === 0 && reasons.length === 0) return null;
  return (
    <section className={styles['facets']} aria-label="Values" data-testid="facets" aria-busy={facets.isFetching}>
      <p className={styles['note']} data-testid="facets-count">
        Values of {countOf(count, 'span')}
      </p>
      {facets.data.facets
        .filter(({ values }) => values.length > 0)
        .map((facet) => (
          <Facet
            key={facet.field}
            facet={facet}
            total={count}
            form={form}
            onToggle={(condition) => {
              const next = searchWithToggled(state, condition);
              if (next !== undefined) onChange(next);
            }}
          />
        ))}
      {reasons.map(({ code, message }) => (
        <p key={code} className={styles['reason']}>
          {message}
        </p>
      ))}
    </section>
  );
}

function Facet({
  facet,
  total,
  form,
  onToggle,
}: {
  readonly facet: FacetAnswer;
  readonly total: number;
  readonly form: FormFields | undefined;
  readonly onToggle: (condition: FieldExpression) => void;
}): ReactNode {
  const [open, setOpen] = useState(true);
  return (
    <div data-testid="facet" data-field={facet.field}>
      <h3 className={styles['title']}>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} title={facet.field}>
          <Icon name={open ? 'down' : 'right'} size={12} />
          <span>{facet.scope === 'intrinsic' ? facet.name : facet.field}</span>
        </button>
      </h3>
      {open && (
        <ul className={styles['values']}>
          {facet.values.map((value) => (
            <li key={`${value.type} ${String(value.value)}`}>
              <Value value={value} total={total} form={form} onToggle={onToggle} />
            </li>
          ))}
          {(facet.more || facet.missing_count > 0) && (
            <li className={styles['rest']}>
              {facet.more && <span>further values</span>}
              {facet.missing_count > 0 && <span>{formatCount(facet.missing_count)} without</span>}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Value({
  value,
  total,
  form,
  onToggle,
}: {
  readonly value: FacetValueAnswer;
  readonly total: number;
  readonly form: FormFields | undefined;
  readonly onToggle: (condition: FieldExpression) => void;
}): ReactNode {
  const condition = value.condition === null ? undefined : conditionOf(value.condition);
  const isAsked = form !== undefined && condition !== undefined && asksFor(form, condition);
  const text = String(value.value);
  return (
    <button
      type="button"
      className={styles['value']}
      aria-pressed={isAsked}
      disabled={condition === undefined}
      title={`${value.condition ?? text}: ${countOf(value.count, 'span')}, ${countOf(value.error_count, 'error')}`}
      data-testid="facet-value"
      onClick={() => {
        if (condition !== undefined) onToggle(condition);
      }}
    >
      <span className={styles['share']} aria-hidden="true">
        <span style={{ width: `${Math.max(1, (value.count / Math.max(1, total)) * 100)}%` }} />
      </span>
      <span className={styles['name']}>{text === '' ? 'empty' : text}</span>
      {value.error_count > 0 && (
        <span className={controls['errorMark']}>
          <Icon name="error" size={12} />
          {formatCount(value.error_count)}
          <span className={controls['hiddenText']}> errors of</span>
        </span>
      )}
      <span className={styles['count']}>{formatCount(value.count)}</span>
    </button>
  );
}
