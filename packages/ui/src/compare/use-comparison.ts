import { useEffect, useMemo, useState } from 'react';

import { hrefOf } from '../navigation/location.ts';
import type { FieldDifferences } from './attribute-differences.ts';
import type { CompareReply, CompareRequest } from './compare-messages.ts';
import type { Comparison } from './comparison.ts';

export type ComparisonResult =
  | { readonly kind: 'pending' }
  | ({ readonly kind: 'failed' } & Omit<Extract<CompareReply, { kind: 'failed' }>, 'kind'>)
  | { readonly kind: 'compared'; readonly comparison: Comparison; readonly fieldsOf: FieldReader };

/** What two paired spans say differently, read when it is asked for. */
export type FieldReader = (node: number) => Promise<FieldDifferences>;

interface Run {
  readonly key: string;
  readonly result: ComparisonResult;
}

/** Compares two traces in a worker of its own, which goes when others are compared. `attempt` asks again. */
export function useComparison(a: string, b: string, attempt: number): ComparisonResult {
  const key = `${a} ${b} ${attempt}`;
  const [run, setRun] = useState<Run>({ key: '', result: { kind: 'pending' } });
  useEffect(() => {
    const worker = new Worker(new URL('./compare-worker.ts', import.meta.url), { type: 'module' });
    const waiting = new Map<number, ((fields: FieldDifferences) => void)[]>();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    const ask = (request: CompareRequest): void => worker.postMessage(request);
    const fail = (message: string): void =>
      setRun({ key, result: { kind: 'failed', side: undefined, code: 'failed', message } });
    worker.addEventListener('message', ({ data }: MessageEvent<CompareReply>) => {
      if (data.kind === 'failed') setRun({ key, result: data });
      else if (data.kind === 'fields') {
        for (const resolve of waiting.get(data.node) ?? []) resolve(data.fields);
        waiting.delete(data.node);
      } else {
        const { comparison } = data;
        setRun({ key, result: { kind: 'compared', comparison, fieldsOf: readerOf(comparison, waiting, ask) } });
      }
    });
    worker.addEventListener('error', (event) => fail(event.message || 'The comparison stopped unexpectedly'));
    ask({ kind: 'compare', baseUrl: new URL(hrefOf('/'), window.location.href).href, a, b });
    return () => worker.terminate();
  }, [a, b, key]);
  const pending = useMemo((): ComparisonResult => ({ kind: 'pending' }), []);
  return run.key === key ? run.result : pending;
}

function readerOf(
  comparison: Comparison,
  waiting: Map<number, ((fields: FieldDifferences) => void)[]>,
  ask: (request: CompareRequest) => void,
): FieldReader {
  return (node) =>
    new Promise((resolve) => {
      const others = waiting.get(node);
      if (others !== undefined) others.push(resolve);
      else {
        waiting.set(node, [resolve]);
        ask({ kind: 'fields', node, aRow: comparison.aRow[node] ?? -1, bRow: comparison.bRow[node] ?? -1 });
      }
    });
}
