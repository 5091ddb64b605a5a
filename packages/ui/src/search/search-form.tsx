import { printField } from '@throughline/traceql';
import type { ReactNode } from 'react';

import { parseDuration } from '../format/duration.ts';
import { problemOfText } from '../query-editor/query-problem.ts';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import removeButton from '../styles/remove-button.module.css';
import { preferredColour } from '../trace/service-colours.ts';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { Combobox } from './combobox.tsx';
import type { FormFields } from './form-query.ts';
import styles from './search-form.module.css';
import { normalizeDuration, parseTagLine } from './search-state.ts';
import { TagField } from './tag-field.tsx';
import type { Draft } from './use-draft.ts';
import { useOperations, useServices } from './use-search.ts';

/** The search as fields, which write the query's text as it writes them. */
export function SearchForm({
  id,
  draft,
  onRun,
  onClear,
}: {
  /** Of the form; the query bar's button submits it. */
  readonly id: string;
  readonly draft: Draft;
  readonly onRun: () => void;
  readonly onClear: () => void;
}): ReactNode {
  const { form } = draft;
  return (
    <form
      id={id}
      className={styles['form']}
      aria-label="Search"
      data-testid="search-form"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <TimeRangeField value={draft.state.time} onChange={(time) => draft.change({ time })} />
      {form === undefined ? (
        <NoForm text={draft.text} onClear={onClear} />
      ) : (
        <Fields draft={draft} form={form} onClear={onClear} />
      )}
    </form>
  );
}

function NoForm({ text, onClear }: { readonly text: string; readonly onClear: () => void }): ReactNode {
  const why =
    problemOfText(text) === undefined
      ? 'The query says more than the form can show. Edit its text, or start over.'
      : 'The form follows as soon as the query can be read.';
  return (
    <div className={styles['noForm']} data-testid="no-form">
      <p>{why}</p>
      <button type="button" className={`${controls['button']} ${controls['small']}`} onClick={onClear}>
        Start over
      </button>
    </div>
  );
}

function Fields({
  draft,
  form,
  onClear,
}: {
  readonly draft: Draft;
  readonly form: FormFields;
  readonly onClear: () => void;
}): ReactNode {
  const services = useServices();
  const operations = useOperations(form.service);
  const { setForm, tagText, setTagText } = draft;
  return (
    <>
      <Combobox
        label="Service"
        testId="service"
        placeholder="Any service"
        value={form.service}
        options={services.data ?? []}
        renderMark={(service) => <ServiceDot colour={preferredColour(service)} />}
        onChange={(service) => setForm({ service, ...(service !== form.service && { operation: '' }) })}
      />
      <Combobox
        label="Operation"
        testId="operation"
        placeholder="Any operation"
        value={form.operation}
        options={operations.data ?? []}
        onChange={(operation) => setForm({ operation })}
      />
      <TagField
        tags={form.tags}
        text={tagText}
        onChange={(tags, text) => {
          if (tags !== form.tags) setForm({ tags });
          setTagText(text);
        }}
      />
      <fieldset className={styles['durations']}>
        <legend className={controls['label']}>Trace duration</legend>
        <DurationField label="At least" value={form.minDuration} onChange={(minDuration) => setForm({ minDuration })} />
        <DurationField label="At most" value={form.maxDuration} onChange={(maxDuration) => setForm({ maxDuration })} />
      </fieldset>
      {form.conditions.length > 0 && <Conditions form={form} setForm={setForm} />}
      <div className={styles['clear']}>
        <button
          type="button"
          className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
          data-testid="clear-search"
          onClick={onClear}
        >
          Clear
        </button>
      </div>
    </>
  );
}

/** What the query asks of the span besides the fields. */
function Conditions({
  form,
  setForm,
}: {
  readonly form: FormFields;
  readonly setForm: (part: Partial<FormFields>) => void;
}): ReactNode {
  return (
    <div>
      <span className={controls['label']}>And of the same span</span>
      <ul className={styles['conditions']} data-testid="conditions">
        {form.conditions.map((condition) => {
          const text = printField(condition);
          return (
            <li key={text} className={styles['condition']}>
              <code title={text}>{text}</code>
              <button
                type="button"
                className={removeButton['remove']}
                aria-label={`Remove ${text}`}
                onClick={() => setForm({ conditions: form.conditions.filter((each) => each !== condition) })}
              >
                <Icon name="close" size={10} />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Whether the search cannot run as the form stands. */
export function hasWrongDuration(form: FormFields | undefined): boolean {
  return (
    form !== undefined && [form.minDuration, form.maxDuration].some((text) => isWrongDuration(normalizeDuration(text)))
  );
}

/** Whether what is typed into the tag field is no tag. */
export function hasWrongTag(tagText: string): boolean {
  return tagText.trim() !== '' && parseTagLine(tagText).length === 0;
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
