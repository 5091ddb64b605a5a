import { type ReactNode, type RefObject, useId, useState } from 'react';

import { parseDuration } from '../format/duration.ts';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { preferredColour } from '../trace/service-colours.ts';
import { Combobox } from './combobox.tsx';
import { queryTextOf } from './form-query.ts';
import { QueryField, type QueryProblem } from './query-field.tsx';
import styles from './search-form.module.css';
import { initialSearch, LIMITS, normalizeDuration, parseTagLine, type SearchState } from './search-state.ts';
import { TagField } from './tag-field.tsx';
import { useOperations, useServices } from './use-search.ts';

/**
 * What to search for, as fields or as a query's text. `initial` is the search on screen; mount anew for another one.
 * `focusTarget` is where the key `/` leads.
 */
export function SearchForm({
  initial,
  problem,
  focusTarget,
  onSearch,
}: {
  readonly initial: SearchState;
  /** What the server says is wrong with the query's text. */
  readonly problem: QueryProblem | undefined;
  readonly focusTarget: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
  readonly onSearch: (state: SearchState) => void;
}): ReactNode {
  const [draft, setDraft] = useState(initial);
  const [tagText, setTagText] = useState('');
  const change = (part: Partial<SearchState>): void => setDraft((old) => ({ ...old, ...part }));
  const services = useServices();
  const operations = useOperations(draft.mode === 'form' ? draft.service : '');
  const complete: SearchState = {
    ...draft,
    service: draft.service.trim(),
    operation: draft.operation.trim(),
    tags: [...draft.tags, ...parseTagLine(tagText)],
    minDuration: normalizeDuration(draft.minDuration),
    maxDuration: normalizeDuration(draft.maxDuration),
  };
  const hasWrongDuration = [complete.minDuration, complete.maxDuration].some((text) => isWrongDuration(text));
  return (
    <form
      className={styles['form']}
      data-testid="search-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!hasWrongDuration) onSearch(complete);
      }}
    >
      <div className={styles['modes']}>
        <h1 className={styles['title']}>Find traces</h1>
        <div className={controls['segments']} role="group" aria-label="How to search">
          <button
            type="button"
            className={controls['segment']}
            aria-pressed={draft.mode === 'form'}
            onClick={() => change({ mode: 'form' })}
          >
            Form
          </button>
          <button
            type="button"
            className={controls['segment']}
            data-testid="mode-query"
            aria-pressed={draft.mode === 'query'}
            onClick={() => {
              // An own text is kept; an empty one begins as what the form asks for.
              if (draft.mode === 'form') change({ mode: 'query', query: queryTextOf(complete) ?? draft.query });
            }}
          >
            TraceQL
          </button>
        </div>
      </div>
      {draft.mode === 'query' ? (
        <QueryField
          value={draft.query}
          problem={draft.query === initial.query ? problem : undefined}
          inputRef={focusTarget as RefObject<HTMLTextAreaElement | null>}
          onChange={(query) => change({ query })}
        />
      ) : (
        <>
          <Combobox
            label="Service"
            testId="service"
            placeholder="Any service"
            value={draft.service}
            options={services.data ?? []}
            inputRef={focusTarget as RefObject<HTMLInputElement | null>}
            renderMark={(service) => <ServiceDot colour={preferredColour(service)} />}
            onChange={(service) => change({ service, ...(service !== draft.service && { operation: '' }) })}
          />
          <Combobox
            label="Operation"
            testId="operation"
            placeholder={draft.service === '' ? 'Any; choose a service for suggestions' : 'Any operation'}
            value={draft.operation}
            options={operations.data ?? []}
            onChange={(operation) => change({ operation })}
          />
          <TagField
            tags={draft.tags}
            text={tagText}
            onChange={(tags, text) => {
              change({ tags });
              setTagText(text);
            }}
          />
          <fieldset className={styles['durations']}>
            <legend className={controls['label']}>Trace duration</legend>
            <DurationField
              label="At least"
              value={draft.minDuration}
              onChange={(minDuration) => change({ minDuration })}
            />
            <DurationField
              label="At most"
              value={draft.maxDuration}
              onChange={(maxDuration) => change({ maxDuration })}
            />
          </fieldset>
        </>
      )}
      <TimeRangeField value={draft.time} onChange={(time) => change({ time })} />
      <div className={styles['pair']}>
        <Select
          label="Order"
          value={draft.order}
          options={[
            ['newest', 'Newest first'],
            ['longest', 'Longest first'],
          ]}
          onChange={(order) => change({ order: order === 'longest' ? 'longest' : 'newest' })}
        />
        <Select
          label="Limit"
          value={String(draft.limit)}
          options={[...new Set([...LIMITS, draft.limit])]
            .toSorted((a, b) => a - b)
            .map((limit) => [String(limit), String(limit)] as const)}
          onChange={(limit) => change({ limit: Number(limit) })}
        />
      </div>
      <div className={styles['submit']}>
        <button type="submit" className={`${controls['button']} ${controls['primary']}`} data-testid="search-submit">
          Search
        </button>
        <button
          type="button"
          className={`${controls['button']} ${controls['quiet']}`}
          onClick={() => onSearch({ ...initialSearch, time: draft.time })}
        >
          Clear
        </button>
      </div>
      {draft.mode === 'form' && <QueryPreview text={queryTextOf(complete)} />}
    </form>
  );
}

function isWrongDuration(text: string): boolean {
  return text !== '' && text !== '0' && parseDuration(text) === undefined;
}

function DurationField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const wrong = isWrongDuration(normalizeDuration(value));
  return (
    <div>
      <input
        className={controls['input']}
        aria-label={`${label} (trace duration)`}
        data-testid={label === 'At least' ? 'min-duration' : 'max-duration'}
        aria-invalid={wrong}
        placeholder={label === 'At least' ? 'min, e.g. 20ms' : 'max, e.g. 1.5s'}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong && <p className={controls['problem']}>A number and ns, us, ms, s, m or h</p>}
    </div>
  );
}

function Select({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div>
      <label className={controls['label']} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={controls['input']}
        value={value}
        data-testid={label.toLowerCase()}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What an empty form asks for; no need to show it. */
const SELECT_ALL = '{ }';

/** What the form asks for, in TraceQL. */
function QueryPreview({ text }: { readonly text: string | undefined }): ReactNode {
  if (text === undefined || text === SELECT_ALL) return null;
  return (
    <div className={styles['preview']}>
      <span className={controls['label']}>As TraceQL</span>
      <code data-testid="query-preview">{text}</code>
    </div>
  );
}
