import {
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';

import { type Focusable, PlainField, type Selection } from './plain-field.tsx';
import styles from './query-field.module.css';
import { type QueryProblem, problemOfText } from './query-problem.ts';
import type { QueryEditorHandle } from './traceql-editor.ts';
import { useQuietPage } from './use-quiet-page.ts';
import type { Vocabulary } from './vocabulary.ts';

const HINT = '{ resource.service.name = "order" && duration > 100ms }';
const LABEL = 'Query in TraceQL';
/** A half-written query is no mistake yet. */
const PATIENCE_MS = 600;

type OpenEditor = typeof import('./traceql-editor.ts').openQueryEditor;

interface TextProps {
  readonly value: string;
  /** What is wrong with this very text. */
  readonly problem: QueryProblem | undefined;
  readonly focusRef: Ref<Focusable>;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
}

/**
 * A query's text: at once a plain text field, and an editor with colours and completion when that is loaded. Enter
 * searches, Shift+Enter breaks the line.
 */
export function QueryField({
  value,
  problem,
  focusRef,
  vocabulary,
  onChange,
  onRun,
}: TextProps & {
  readonly vocabulary: Vocabulary;
}): ReactNode {
  const id = useId();
  const [openEditor, setOpenEditor] = useState<OpenEditor>();
  // Where the cursor was when the plain field went; undefined without focus.
  const selection = useRef<Selection | undefined>(undefined);
  // The editor is as large as the rest of the page: it comes when somebody is about to write, and to a text that is
  // there already when nothing else is to be done.
  const [wanted, setWanted] = useState(false);
  const isQuiet = useQuietPage();
  if (!wanted && isQuiet && value !== '') setWanted(true);
  useEffect(() => {
    if (!wanted) return undefined;
    let gone = false;
    const load = async (): Promise<void> => {
      const { openQueryEditor } = await import('./traceql-editor.ts');
      if (!gone) setOpenEditor(() => openQueryEditor);
    };
    // Without the editor the plain field goes on serving.
    load().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [wanted]);
  const ownProblem = useSettledProblem(value);
  const shown = ownProblem ?? problem;
  // While one writes a line under the place is enough; who wants to search is told the rest.
  const [isWriting, setWriting] = useState(false);
  const [tried, setTried] = useState<string | undefined>(undefined);
  const isTold = !isWriting || tried === value || ownProblem === undefined;
  const run = (): void => {
    setTried(value);
    onRun();
  };
  const text = { value, focusRef, selectionRef: selection, onChange, onRun: run };
  return (
    <div className={styles['field']} onFocus={() => setWriting(true)} onBlur={() => setWriting(false)}>
      {openEditor === undefined ? (
        <PlainField
          {...text}
          label={LABEL}
          hint={HINT}
          problemId={shown === undefined ? undefined : `${id}-problem`}
          onWanted={() => setWanted(true)}
        />
      ) : (
        <Editor {...text} problem={shown} open={openEditor} vocabulary={vocabulary} />
      )}
      {shown !== undefined && isTold && (
        <div id={`${id}-problem`} role="alert" className={styles['problem']} data-testid="query-problem">
          {shown.range !== undefined && <Caret text={value} offset={shown.range.start} />}
          <p>
            {shown.message}
            {shown.code !== undefined && <code className={styles['code']}>{shown.code}</code>}
          </p>
          {shown.suggestion !== undefined && !shown.message.includes(`did you mean ${shown.suggestion}`) && (
            <p>
              Did you mean <code>{shown.suggestion}</code>?
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Editor({
  open,
  value,
  problem,
  selectionRef,
  focusRef,
  vocabulary,
  onChange,
  onRun,
}: TextProps & {
  readonly open: OpenEditor;
  /** Where the cursor was in the plain field when the editor took over; undefined without focus. */
  readonly selectionRef: RefObject<Selection | undefined>;
  readonly vocabulary: Vocabulary;
}): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const handle = useRef<QueryEditorHandle | undefined>(undefined);
  useImperativeHandle(focusRef, () => ({ focus: () => handle.current?.focus() }), []);
  // The editor outlives a render: it calls what is current.
  const current = useRef({ value, vocabulary, onChange, onRun });
  useEffect(() => {
    current.current = { value, vocabulary, onChange, onRun };
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = open(host.current, {
      text: current.current.value,
      label: LABEL,
      hint: HINT,
      vocabulary: () => current.current.vocabulary,
      onChange: (text) => current.current.onChange(text),
      onRun: () => current.current.onRun(),
    });
    handle.current = editor;
    if (selectionRef.current !== undefined) {
      editor.focus(selectionRef.current);
      // Who had begun to write has waited for it.
      if (current.current.value !== '') editor.complete();
    }
    return () => {
      handle.current = undefined;
      editor.destroy();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- one editor for as long as the field stands
  }, [open]);
  // At every render: a text that was changed and changed back is the same value.
  useEffect(() => handle.current?.setText(value));
  useEffect(() => handle.current?.showProblem(problem), [problem]);
  return (
    // Keys typed here are text: the page's own, single letters among them, must not hear them.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the control is inside
    <div
      ref={host}
      className={problem === undefined ? styles['editor'] : styles['editorWrong']}
      onKeyDown={(event) => event.stopPropagation()}
    />
  );
}

/** What is wrong with the text once it has rested; nothing while it is right or still being written. */
function useSettledProblem(text: string): QueryProblem | undefined {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useMemo(() => (settled === text ? problemOfText(text) : undefined), [settled, text]);
}

const CONTEXT = 40;

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
