import { type ReactNode, type Ref, useId } from 'react';

import controls from '../styles/controls.module.css';
import styles from './query-field.module.css';

export interface QueryProblem {
  readonly message: string;
  readonly suggestion: string | undefined;
  /** UTF-16 offset into the text. */
  readonly offset: number | undefined;
}

/** A query's text. Enter searches, Shift+Enter breaks the line. */
export function QueryField({
  value,
  problem,
  inputRef,
  onChange,
}: {
  readonly value: string;
  readonly problem: QueryProblem | undefined;
  readonly inputRef: Ref<HTMLTextAreaElement>;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div>
      <label className={controls['label']} htmlFor={id}>
        Query
      </label>
      <textarea
        ref={inputRef}
        id={id}
        className={`${controls['input']} ${styles['text']}`}
        data-testid="query"
        rows={6}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        placeholder={'{ resource.service.name = "order" && duration > 100ms }'}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      {problem !== undefined && (
        <div id={`${id}-problem`} role="alert" className={styles['problem']} data-testid="query-problem">
          {problem.offset !== undefined && <Caret text={value} offset={problem.offset} />}
          <p>{problem.message}</p>
          {problem.suggestion !== undefined && (
            <p>
              Did you mean <code>{problem.suggestion}</code>?
            </p>
          )}
        </div>
      )}
      <p className={styles['hint']}>
        <code>{'{ span.http.route = "/orders" && status = error }'}</code> selects traces with such a span;{' '}
        <kbd>Enter</kbd> searches.
      </p>
    </div>
  );
}

const CONTEXT = 24;

/** The line of the text with a caret below the place. */
function Caret({ text, offset }: { readonly text: string; readonly offset: number }): ReactNode {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const lineEnd = newline < 0 ? text.length : newline;
  const from = Math.max(lineStart, offset - CONTEXT);
  const to = Math.min(lineEnd, offset + CONTEXT);
  const before = `${from > lineStart ? '…' : ''}${text.slice(from, offset)}`;
  return (
    <pre className={styles['caret']}>
      {before}
      {text.slice(offset, to)}
      {to < lineEnd ? '…' : ''}
      {'\n'}
      {' '.repeat(before.length)}^
    </pre>
  );
}
