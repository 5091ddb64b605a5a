import { type FieldExpression, printQuery, spanFilter } from '@throughline/traceql';

import type { TwoSetsState } from './compare-state.ts';

/** The two sets that a preset means; what it does not say stays as it is. */
export type SetPreset = Pick<TwoSetsState, 'a' | 'b'> & Partial<Pick<TwoSetsState, 'aTime' | 'bTime'>>;

/** A trace that both select counts for B only. */
const THE_REST = '{ }';

export function slowAgainstRest(aboveNano: number): SetPreset {
  const longer: FieldExpression = {
    kind: 'comparison',
    operator: '>',
    left: { kind: 'intrinsic', name: 'traceDuration' },
    right: { kind: 'literal', type: 'duration', value: BigInt(Math.round(aboveNano)) },
  };
  return { a: THE_REST, b: printQuery(spanFilter({ conditions: [longer] })) };
}

export function failedAgainstRest(): SetPreset {
  return { a: THE_REST, b: printQuery(spanFilter({ error: true })) };
}

export function versionAgainstVersion(service: string, a: string, b: string): SetPreset {
  const of = (version: string): string =>
    printQuery(
      spanFilter({
        service,
        conditions: [
          {
            kind: 'comparison',
            operator: '=',
            left: { kind: 'attribute', scope: 'resource', parent: false, name: 'service.version' },
            right: { kind: 'literal', type: 'text', value: version },
          },
        ],
      }),
    );
  return { a: of(a), b: of(b) };
}

/** All traces before a moment as A, those after it as B. Epoch milliseconds. */
export function beforeAndAfter(splitMs: number, lengthMs: number): SetPreset {
  const seconds = (ms: number): string => String(ms / 1000);
  return {
    a: THE_REST,
    b: THE_REST,
    aTime: { start: seconds(splitMs - lengthMs), end: seconds(splitMs) },
    bTime: { start: seconds(splitMs), end: seconds(splitMs + lengthMs) },
  };
}

/** Spans of an operation that take longer than usual, or fail, against the operation's others. */
export function troubledAgainstRest(
  service: string,
  operation: string,
  trouble: { readonly aboveNano: number } | 'failing',
): SetPreset {
  const a = printQuery(spanFilter({ service, operation }));
  if (trouble === 'failing') return { a, b: printQuery(spanFilter({ service, operation, error: true })) };
  return {
    a,
    b: printQuery(spanFilter({ service, operation, minSpanDurationNano: BigInt(Math.round(trouble.aboveNano)) })),
  };
}
