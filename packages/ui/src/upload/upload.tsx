import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';

import { messageOf } from '../api/backend.ts';
import { Link } from '../navigation/link.tsx';
import { navigate } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { initialSearch, searchToUrl } from '../search/search-state.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { type Imported, importedInWords, uploadFile } from './upload-file.ts';
import styles from './upload.module.css';

/** Traces that the dialog links to. */
const MAX_LINKED = 10;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly name: string }
  | { readonly kind: 'done'; readonly name: string; readonly imported: Imported }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/**
 * A button that takes a file of traces; a file dropped anywhere on the page is taken, too. One trace opens at once, of
 * several a dialog tells.
 */
export function Upload(): ReactNode {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const aborter = useRef<AbortController>(undefined);
  const take = useCallback(async (file: File) => {
    aborter.current?.abort();
    const current = new AbortController();
    aborter.current = current;
    setState({ kind: 'sending', name: file.name });
    try {
      const imported = await uploadFile(file, current.signal);
      const [first] = imported.trace_ids;
      const isPlain = imported.problem_count === 0 && Object.keys(imported.rejected).length === 0;
      if (imported.trace_count === 1 && first !== undefined && isPlain) {
        setState({ kind: 'idle' });
        navigate(tracePath(first));
      } else setState({ kind: 'done', name: file.name, imported });
    } catch (error) {
      if (current.signal.aborted) return;
      setState({ kind: 'failed', name: file.name, message: messageOf(error) });
    }
  }, []);
  useDroppedFiles(take, setIsOver);
  const close = (): void => {
    aborter.current?.abort();
    setState({ kind: 'idle' });
  };
  return (
    <>
      <button
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
        aria-label="Open a file of traces"
        title="Open a file of traces (or drop it on the page)"
        data-testid="upload"
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        data-testid="upload-input"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void take(file);
        }}
      />
      {isOver && (
        <div className={styles['drop']} data-testid="drop-target">
          <p>Drop a file of traces: OTLP, Jaeger, Zipkin or simple JSON, OTLP protobuf, also as gzip or zstd</p>
        </div>
      )}
      {state.kind !== 'idle' && <UploadDialog state={state} onClose={close} />}
    </>
  );
}

function UploadDialog({
  state,
  onClose,
}: {
  readonly state: Exclude<State, { readonly kind: 'idle' }>;
  readonly onClose: () => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const titles = { sending: 'Importing', done: 'Imported', failed: 'Not imported' };
  return (
    <dialog
      ref={dialog}
      className={styles['dialog']}
      aria-labelledby="upload-title"
      onClose={onClose}
      data-testid="upload-dialog"
    >
      <h2 id="upload-title">{titles[state.kind]}</h2>
      <p className={styles['name']}>{state.name}</p>
      {state.kind === 'sending' && <progress aria-label="Importing" className={styles['progress']} />}
      {state.kind === 'failed' && (
        <p role="alert" className={controls['problem']}>
          {state.message}
        </p>
      )}
      {state.kind === 'done' && <Outcome imported={state.imported} onFollow={onClose} />}
      <p className={styles['actions']}>
        {state.kind === 'done' && (
          <Link
            to={searchToUrl({ ...initialSearch, time: { kind: 'all' } })}
            className={controls['button']}
            onClick={onClose}
          >
            Search all traces
          </Link>
        )}
        <button type="button" className={controls['button']} onClick={() => dialog.current?.close()}>
          {state.kind === 'sending' ? 'Cancel' : 'Close'}
        </button>
      </p>
    </dialog>
  );
}

function Outcome({ imported, onFollow }: { readonly imported: Imported; readonly onFollow: () => void }): ReactNode {
  return (
    <>
      <p>{importedInWords(imported)}</p>
      {imported.problems.slice(0, 3).map(({ message, line }) => (
        <p key={`${line ?? 0} ${message}`} className={styles['note']}>
          {line !== undefined && `Line ${line}: `}
          {message}
        </p>
      ))}
      <ul className={styles['traces']}>
        {imported.trace_ids.slice(0, MAX_LINKED).map((traceId) => (
          <li key={traceId}>
            <Link to={tracePath(traceId)} onClick={onFollow}>
              <code>{traceId}</code>
            </Link>
          </li>
        ))}
      </ul>
      {imported.trace_count > MAX_LINKED && (
        <p className={styles['note']}>The first {MAX_LINKED} of the file; the search finds all.</p>
      )}
    </>
  );
}

/** Files dropped on the page, wherever that is; other things that are dragged are left alone. */
function useDroppedFiles(take: (file: File) => Promise<void>, setIsOver: (isOver: boolean) => void): void {
  useEffect(() => {
    const isFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent): void => {
      if (!isFile(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      // Of the window itself: within it the next element says where it is.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!isFile(event)) return;
      event.preventDefault();
      setIsOver(false);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void take(file);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [take, setIsOver]);
}
