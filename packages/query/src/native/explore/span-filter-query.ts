import { spanFilter, narrowQuery, printQuery, type Query, type FieldExpression } from '@throughline/traceql';
import { type FilterParameters, filterQueryOf } from '../filter-parameters.ts';

/** Which spans are counted: those the parameters ask for, or the roots where they ask for none. */
export function countedSpans(given: FilterParameters): Query {
  const { q, service, operation, tags, min_duration, max_duration } = given;
  const asked = [q, service, operation, tags, min_duration, max_duration].some((part) => part !== undefined);
  return asked ? filterQueryOf(given) : ROOTS;
}

const ROOTS: Query = spanFilter({
  conditions: [
    {
      kind: 'comparison',
      operator: '<',
      left: { kind: 'intrinsic', name: 'nestedSetParent' },
      right: { kind: 'literal', type: 'integer', value: 0n },
    },
  ],
});

/**
 * The query's text in parts: put between them, a condition narrows what it selects. Empty where none can, see
 * `narrowQuery`.
 */
export function narrowableParts(query: Query): readonly string[] {
  // Stands for the condition until the text is there; no query has it by chance.
  const mark = `mark ${crypto.randomUUID()}`;
  const condition: FieldExpression = {
    kind: 'comparison',
    operator: '=',
    left: { kind: 'intrinsic', name: 'name' },
    right: { kind: 'literal', type: 'text', value: mark },
  };
  const narrowed = narrowQuery(query, condition);
  return narrowed === undefined ? [] : printQuery(narrowed).split(`name = "${mark}"`);
}
