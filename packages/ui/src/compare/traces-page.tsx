import { type ReactNode, useEffect, useState } from 'react';

import { messageOf } from '../api/backend.ts';
import { navigate } from '../navigation/location.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { ComparedTraces } from './compared-traces.tsx';
import { compareToUrl, type TwoTracesState } from './compare-state.ts';
import { keepTrace } from './kept-trace.ts';
import { TracePicker } from './trace-picker.tsx';
import styles from './traces-page.module.css';
import { useComparison } from './use-comparison.ts';

/** Two traces: which, and then how they differ. */
export function TracesPage({ state }: { readonly state: TwoTracesState }): ReactNode {
  const { a, b } = state;
  const go = (next: Partial<TwoTracesState>): void => navigate(compareToUrl({ ...state, ...next }));
  if (a === undefined || b === undefined) return <TracePicker a={a} b={b} onPick={go} />;
  return <Pair key={`${a} ${b}`} a={a} b={b} state={state} />;
}

function Pair({ a, b, state }: { readonly a: string; readonly b: string; readonly state: TwoTracesState }): ReactNode {
  const [attempt, setAttempt] = useState(0);
  const result = useComparison(a, b, attempt);
  // What was kept for a comparison has had it.
  useEffect(() => keepTrace(undefined), []);
  switch (result.kind) {
    case 'pending':
      return (
        <p className={styles['pending']} role="status">
          Reading both traces and pairing their spans…
        </p>
      );
    case 'failed': {
      const { side, code, message } = result;
      const isMissing = code === 'trace_not_found' || code === 'invalid_trace_id';
      const name = side === undefined ? undefined : side.toUpperCase();
      return (
        <Notice
          role="alert"
          title={
            name === undefined
              ? 'The traces could not be compared'
              : `Trace ${name} ${isMissing ? 'is not stored' : 'could not be read'}`
          }
          actions={
            <>
              <button type="button" className={controls['button']} onClick={() => setAttempt(attempt + 1)}>
                Try again
              </button>
              <button
                type="button"
                className={`${controls['button']} ${controls['quiet']}`}
                onClick={() =>
                  navigate(compareToUrl({ ...state, ...(side === 'a' ? { a: undefined } : { b: undefined }) }))
                }
              >
                Choose another
              </button>
            </>
          }
        >
          <p>{isMissing ? `No span with trace id ${side === 'a' ? a : b} is here.` : messageOf(new Error(message))}</p>
        </Notice>
      );
    }
    case 'compared':
      return <ComparedTraces comparison={result.comparison} fieldsOf={result.fieldsOf} state={state} />;
  }
}
