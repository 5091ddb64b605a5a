import type { TraceColumns } from '@throughline/model';
import fc from 'fast-check';

import { columnsOf, type TestSpan } from './columns-of.ts';

const name = fc.constantFrom('GET /items', 'SELECT Orders', 'load', 'publish', 'Straße');
const service = fc.constantFrom('cart', 'catalog', 'orders-db');
const attributes = fc.dictionary(
  fc.constantFrom('http.route', 'item.id', 'cached', 'note'),
  fc.oneof(fc.constantFrom('/items', 'Alpha Beta', 'état', ''), fc.integer({ min: -5000, max: 5000 }), fc.boolean()),
  { maxKeys: 3 },
);

/** Traces of up to 60 spans whose parents come before them in the list, some of them missing. */
export const arbitraryTrace: fc.Arbitrary<TraceColumns> = fc
  .array(
    fc.record({
      parentPick: fc.nat(1000),
      startMs: fc.integer({ min: 0, max: 500 }),
      durationMs: fc.integer({ min: 0, max: 300 }),
      name,
      service,
      error: fc.boolean(),
      attributes,
      missingParent: fc.integer({ min: 0, max: 20 }).map((pick) => pick === 0),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((spans) =>
    columnsOf(
      spans.map(({ parentPick, missingParent, ...span }, index): TestSpan => ({
        ...span,
        missingParent,
        parent: index === 0 || missingParent ? undefined : parentPick % index,
      })),
    ),
  );
