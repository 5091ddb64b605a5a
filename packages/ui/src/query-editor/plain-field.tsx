import { type ReactNode, type Ref, type RefObject, useImperativeHandle, useLayoutEffect, useRef } from 'react';

import controls from '../styles/controls.module.css';
import { ColouredText } from './coloured-text.tsx';
import styles from './query-field.module.css';

/** Where the cursor is in a text. */
export interface Selection {
  readonly from: number;
  readonly to: number;
}

export interface Focusable {
  focus(): void;
}

/** A query's text without the editor: coloured as the editor does it, and while one writes in it a text field. */
export function PlainField({
  value,
  label,
  hint,
  problemId,
  focusRef,
  selectionRef,
  onChange,
  onRun,
  onWanted,
}: {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
  /** Of the element that says what is wrong; undefined if nothing is. */
  readonly problemId: string | undefined;
  readonly focusRef: Ref<Focusable>;
  /** Is told where the cursor stands when the field goes away with the focus on it. */
  readonly selectionRef: RefObject<Selection | undefined>;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  /** Somebody is about to write. */
  readonly onWanted: () => void;
}): ReactNode {
  const plain = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(focusRef, () => ({ focus: () => plain.current?.focus() }), []);
  // As late as can be: keys may come between the wish for the editor and its being there.
  useLayoutEffect(() => {
    const field = plain.current;
    return () => {
      if (field === null || document.activeElement !== field) return;
      selectionRef.current = { from: field.selectionStart, to: field.selectionEnd };
    };
  }, [selectionRef]);
  return (
    <div className={styles['plain']}>
      <textarea
        ref={plain}
        className={`${controls['input']} ${styles['text']}`}
        aria-label={label}
        data-testid="query"
        rows={1}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problemId !== undefined}
        aria-describedby={problemId}
        placeholder={hint}
        value={value}
        onFocus={onWanted}
        onPointerEnter={onWanted}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onRun();
        }}
      />
      {value !== '' && (
        <div aria-hidden="true" className={styles['coloured']}>
          <ColouredText text={value} />
        </div>
      )}
    </div>
  );
}
