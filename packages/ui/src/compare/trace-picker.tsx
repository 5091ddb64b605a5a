import { useQuery } from '@tanstack/react-query';
import { type FieldExpression, printQuery, spanFilter } from '@throughline/traceql';
import { type FormEvent, type ReactNode, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime } from '../format/instant.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { traceIdIn } from '../navigation/routes.ts';
import controls from '../styles/controls.module.css';
import { suggestTraces } from './suggest-traces.ts';
import styles from './trace-picker.module.css';

type Side = 'a' | 'b';

/** Asks for the traces that are still to be chosen: pasted, or one like the other that is proposed. */
export function TracePicker({
  a,
  b,
  onPick,
}: {
  readonly a: string | undefined;
  readonly b: string | undefined;
  readonly onPick: (traces: { readonly a?: string; readonly b?: string }) => void;
}): ReactNode {
  const [texts, setTexts] = useState({ a: a ?? '', b: b ?? '' });
  const [wrong, setWrong] = useState<Side | undefined>(undefined);
  const known = a ?? b;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [idOfA, idOfB] = [traceIdIn(texts.a), traceIdIn(texts.b)];
    if (idOfA === undefined) setWrong('a');
    else if (idOfB === undefined) setWrong('b');
    else onPick({ a: idOfA, b: idOfB });
  };
  return (
    <div className={styles['picker']}>
      <form className={styles['form']} onSubmit={submit}>
        <h2>Which two traces?</h2>
        <p className={styles['muted']}>
          A is what you expect, B what you wonder about: the comparison says what B does that A does not. Two traces can
          also be ticked in the list of a <Link to="/search">search</Link>.
        </p>
        {(['a', 'b'] as const).map((side) => (
          <label key={side} className={styles['field']}>
            <span className={styles['side']}>{side.toUpperCase()}</span>
            <input
              className={controls['input']}
              data-testid={`trace-${side}`}
              aria-label={`Trace ${side.toUpperCase()}`}
              aria-invalid={wrong === side}
              placeholder="Trace id, traceparent or address"
              spellCheck={false}
              autoComplete="off"
              value={texts[side]}
              onChange={(event) => {
                setTexts({ ...texts, [side]: event.target.value });
                setWrong(undefined);
              }}
            />
          </label>
        ))}
        {wrong !== undefined && (
          <p role="alert" className={controls['problem']}>
            {wrong.toUpperCase()} needs a trace id: 1 to 32 hexadecimal digits, a traceparent or a link to a trace.
          </p>
        )}
        <div>
          <button type="submit" className={`${controls['button']} ${controls['primary']}`} data-testid="compare-submit">
            Compare
          </button>
        </div>
      </form>
      {known !== undefined && (
        <Suggestions
          traceId={known}
          onPick={(traceId) => onPick(a === undefined ? { a: traceId } : { b: traceId })}
          side={a === undefined ? 'a' : 'b'}
        />
      )}
    </div>
  );
}

const SUGGESTED_OF = 200;

/** Traces that begin with the same operation: a usual one, the fastest, the slowest, one that failed. */
function Suggestions({
  traceId,
  side,
  onPick,
}: {
  readonly traceId: string;
  readonly side: Side;
  readonly onPick: (traceId: string) => void;
}): ReactNode {
  const like = useQuery({
    queryKey: ['compare', 'like', traceId],
    queryFn: async ({ signal }) => {
      const { root_service: service, root_operation: operation } = await backend.analyzeTrace(
        traceId,
        { limit: 1 },
        { signal },
      );
      const answer = await backend.searchTraces(
        { q: sameRootQuery(service, operation), limit: SUGGESTED_OF },
        { signal },
      );
      return { service, operation, suggestions: suggestTraces(answer.traces, traceId) };
    },
  });
  if (like.isPending) {
    return (
      <p className={styles['muted']} role="status">
        Looking for traces like {shortTraceId(traceId)}…
      </p>
    );
  }
  if (like.isError) return <p className={controls['problem']}>{messageOf(like.error)}</p>;
  const { service, operation, suggestions } = like.data;
  return (
    <section className={styles['suggestions']} aria-label="Traces like it">
      <h2>
        Others that begin with {service} {operation}
      </h2>
      {suggestions.length === 0 ? (
        <p className={styles['muted']}>There are none.</p>
      ) : (
        <ul>
          {suggestions.map(({ why, trace }) => (
            <li key={why}>
              <button
                type="button"
                className={styles['suggestion']}
                data-testid="suggestion"
                onClick={() => onPick(trace.trace_id)}
              >
                <strong>{why}</strong>
                <span className={styles['duration']}>{formatDuration(trace.duration * 1e9)}</span>
                <span className={styles['muted']}>
                  {countOf(trace.span_count, 'span')}
                  {trace.error_count > 0 && `, ${countOf(trace.error_count, 'error')}`} ·{' '}
                  {formatDateTime(trace.start_time * 1000)}
                </span>
                <span className={styles['take']}>as {side.toUpperCase()}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function sameRootQuery(service: string, operation: string): string {
  const equals = (name: 'rootService' | 'rootName', value: string): FieldExpression => ({
    kind: 'comparison',
    operator: '=',
    left: { kind: 'intrinsic', name },
    right: { kind: 'literal', type: 'text', value },
  });
  return printQuery(spanFilter({ conditions: [equals('rootService', service), equals('rootName', operation)] }));
}
