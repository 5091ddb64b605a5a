import type { Attributes, AttributeValue, Span } from '@throughline/model';
import { SpanKind, StatusCode } from '@throughline/model';
import { arbitraryText } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';

import {
  allOf,
  anyOf,
  type AttributeScope,
  type ComparisonOperator,
  type FieldExpression,
  type Intrinsic,
  type Literal,
  type Query,
  type SpansetExpression,
  type StructuralOperator,
} from '../src/index.ts';

/**
 * Random queries, and spans made from the same few words, so that about as many queries match as do not. Queries are
 * valid and in the parser's normal form; spans survive OTLP.
 */

const KEYS = ['a', 'b', 'http.status_code', 'a b'] as const;
const TEXTS = ['', 'x', 'y', 'xy', '500', 'true', 'é', '\u{1f600}', '\uffff', 'x\ny'] as const;
const INTEGERS = [0n, 1n, -1n, 5n, 500n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)] as const;
const FLOATS = [0.5, -1.5, 1, 5, 500, 2 ** 53, 1e300] as const;
const NAMES = ['get', 'put', 'x', ''] as const;
const SERVICES = ['front', 'back', 'x'] as const;
const PATTERNS = [
  'x|y',
  '.*',
  'x.*',
  '[a-z]+',
  '(?i)X',
  '.{1,2}',
  '\\d+',
  '',
  'fr.*t',
  '\\W',
  '(x|xy)+',
  'x\\ny',
] as const;
const IDS = ['0000000000000001', '0000000000000002', '000000000000000a'] as const;
const DURATIONS = [0n, 1n, 5n, 1_000_000n, 1_500_000_000n, -1n] as const;
const START = 1_700_000_000_000_000_000n;

const scalarValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom(...INTEGERS) },
  { weight: 2, arbitrary: fc.constantFrom(...FLOATS, NaN, Infinity, -0) },
  { weight: 2, arbitrary: fc.boolean() },
);

const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 8, arbitrary: scalarValue },
  { weight: 2, arbitrary: fc.array(scalarValue, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<AttributeValue>(null, new Uint8Array([1]), new Map([['a', 'x']]), [null]) },
);

/** Attributes of the queries' own vocabulary. */
export const arbitraryVocabularyAttributes: fc.Arbitrary<Attributes> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), attributeValue), { maxLength: 3, selector: ([key]) => key })
  .map((entries) => new Map(entries));

const errorTag: fc.Arbitrary<AttributeValue | undefined> = fc.constantFrom<AttributeValue | undefined>(
  undefined,
  undefined,
  undefined,
  true,
  false,
  'false',
  'boom',
);

const arbitrarySpanFields = fc.record({
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom(...Object.values(SpanKind)),
  offset: fc.constantFrom(0n, 1n, 5n, 1_000_000n),
  duration: fc.constantFrom(...DURATIONS),
  attributes: arbitraryVocabularyAttributes,
  error: errorTag,
  status: fc.record({ code: fc.constantFrom(...Object.values(StatusCode)), message: fc.constantFrom('', 'x', 'y') }),
  service: fc.option(fc.constantFrom(...SERVICES), { nil: undefined }),
  resourceAttributes: arbitraryVocabularyAttributes,
  scope: fc.record({
    name: fc.constantFrom('', 'x', 'lib'),
    version: fc.constantFrom('', '1.0'),
    attributes: arbitraryVocabularyAttributes,
    droppedAttributesCount: fc.constant(0),
    schemaUrl: fc.constant(''),
  }),
  events: fc.array(
    fc.record({
      timeUnixNano: fc.constantFrom(START - 1n, START, START + 1_000_000n),
      name: fc.constantFrom('x', 'exception'),
      attributes: arbitraryVocabularyAttributes,
      droppedAttributesCount: fc.constant(0),
    }),
    { maxLength: 2 },
  ),
  links: fc.array(
    fc.record({
      traceId: fc.constantFrom('0000000000000000000000000000000a'),
      spanId: fc.constantFrom(...IDS),
      traceState: fc.constant(''),
      flags: fc.constant(0),
      attributes: arbitraryVocabularyAttributes,
      droppedAttributesCount: fc.constant(0),
    }),
    { maxLength: 2 },
  ),
  /** The parent: an earlier span, none, or one that is not there. */
  parent: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 20 }) }, { weight: 1, arbitrary: fc.constantFrom(-1, -2) }),
});

/** The spans of one trace: one to `maxSpans` (6), with children, several roots and orphans. */
export function arbitraryVocabularySpans(
  options: { readonly maxSpans?: number; readonly traceId?: fc.Arbitrary<string> } = {},
): fc.Arbitrary<readonly Span[]> {
  const traceId = options.traceId ?? fc.constantFrom('0000000000000000000000000000000a', 'f'.repeat(32));
  const fields = fc.array(arbitrarySpanFields, { minLength: 1, maxLength: options.maxSpans ?? 6 });
  return fc.tuple(traceId, fields).map(([id, rows]) =>
    rows.map(({ offset, duration, error, service, resourceAttributes, parent, attributes, ...rest }, index): Span => {
      const missing = parent === -2 ? 'eeeeeeeeeeeeeeee' : '';
      const parentSpanId = parent < 0 || index === 0 ? missing : spanIdOf(parent % index);
      return {
        ...rest,
        traceId: id,
        spanId: spanIdOf(index),
        parentSpanId,
        traceState: '',
        flags: 0,
        startTimeUnixNano: START + offset,
        endTimeUnixNano: START + offset + duration,
        attributes: error === undefined ? attributes : new Map([...attributes, ['error', error]]),
        droppedAttributesCount: 0,
        droppedEventsCount: 0,
        droppedLinksCount: 0,
        resource: {
          attributes:
            service === undefined ? resourceAttributes : new Map([...resourceAttributes, ['service.name', service]]),
          droppedAttributesCount: 0,
          schemaUrl: '',
        },
        weight: 1,
      };
    }),
  );
}

function spanIdOf(index: number): string {
  return (index + 1).toString(16).padStart(16, '0');
}

const textLiteral = (value: string): Literal => ({ kind: 'literal', type: 'text', value });
const numberLiteral: fc.Arbitrary<Literal> = fc.oneof(
  fc.constantFrom(...INTEGERS).map((value): Literal => ({ kind: 'literal', type: 'integer', value })),
  fc.constantFrom(...FLOATS).map((value): Literal => ({ kind: 'literal', type: 'float', value })),
);
const durationLiteral = fc
  .constantFrom(...DURATIONS, 90_000_000_000n, 3_600_000_000_000n)
  .map((value): Literal => ({ kind: 'literal', type: 'duration', value }));
const booleanLiteral = fc.boolean().map((value): Literal => ({ kind: 'literal', type: 'boolean', value }));
const orderedLiteral: fc.Arbitrary<Literal> = fc.oneof(fc.constantFrom(...TEXTS).map(textLiteral), numberLiteral);

const SCOPES: readonly AttributeScope[] = ['any', 'span', 'resource', 'event', 'link', 'instrumentation'];
const attributeField: fc.Arbitrary<FieldExpression> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ scope: fc.constantFrom(...SCOPES), name: fc.constantFrom(...KEYS) })
      .map((field): FieldExpression => ({ kind: 'attribute', parent: false, ...field })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ scope: fc.constantFrom('any', 'span', 'resource'), name: fc.constantFrom(...KEYS) })
      .map((field): FieldExpression => ({ kind: 'attribute', parent: true, ...field })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ scope: fc.constantFrom('any', 'resource'), name: fc.constant('service.name') })
      .map((field): FieldExpression => ({ kind: 'attribute', parent: false, ...field })),
  },
);

function intrinsicField<Name extends Intrinsic>(...names: readonly [Name, ...Name[]]): fc.Arbitrary<FieldExpression> {
  return fc.constantFrom(...names).map((name): FieldExpression => ({ kind: 'intrinsic', name }));
}

const textField = fc.oneof(
  intrinsicField('name', 'statusMessage', 'eventName', 'scopeName', 'scopeVersion', 'rootName', 'rootService'),
  attributeField,
);
const idField = intrinsicField('spanId', 'parentSpanId', 'linkSpanId', 'traceId', 'linkTraceId');
const numberField = fc.oneof(
  { weight: 3, arbitrary: attributeField },
  { weight: 1, arbitrary: intrinsicField('childCount', 'nestedSetLeft', 'nestedSetRight', 'nestedSetParent') },
);
const durationField = intrinsicField('duration', 'traceDuration', 'eventTimeSinceStart');
const equality = fc.constantFrom<ComparisonOperator>('=', '!=');
const ordering = fc.constantFrom<ComparisonOperator>('=', '!=', '<', '<=', '>', '>=');

function comparison(
  left: fc.Arbitrary<FieldExpression>,
  operator: fc.Arbitrary<ComparisonOperator>,
  right: fc.Arbitrary<FieldExpression>,
): fc.Arbitrary<FieldExpression> {
  return fc.record({ kind: fc.constant('comparison'), operator, left, right });
}

/** The same with the sides exchanged now and then. */
function eitherWay(arbitrary: fc.Arbitrary<FieldExpression>): fc.Arbitrary<FieldExpression> {
  return fc.tuple(arbitrary, fc.nat({ max: 4 })).map(([expression, die]) => {
    if (die > 0 || expression.kind !== 'comparison') return expression;
    return { ...expression, left: expression.right, right: expression.left };
  });
}

function arithmetic(operand: fc.Arbitrary<FieldExpression>, depth: number): fc.Arbitrary<FieldExpression> {
  if (depth === 0) return operand;
  const inner = arithmetic(operand, depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: operand },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('arithmetic'),
        operator: fc.constantFrom('+', '-', '*', '/', '%', '^'),
        left: inner,
        right: inner,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('negation'), operand: attributeField }) },
  );
}

const leaf: fc.Arbitrary<FieldExpression> = fc.oneof(
  { weight: 6, arbitrary: eitherWay(comparison(attributeField, ordering, orderedLiteral)) },
  { weight: 1, arbitrary: eitherWay(comparison(attributeField, equality, booleanLiteral)) },
  {
    weight: 4,
    arbitrary: eitherWay(
      comparison(textField, ordering, fc.constantFrom(...TEXTS, ...NAMES, ...SERVICES).map(textLiteral)),
    ),
  },
  {
    weight: 3,
    arbitrary: comparison(textField, fc.constantFrom('=~', '!~'), fc.constantFrom(...PATTERNS).map(textLiteral)),
  },
  {
    weight: 2,
    arbitrary: eitherWay(comparison(idField, equality, fc.constantFrom('', 'A', '1', ...IDS, 'zz').map(textLiteral))),
  },
  { weight: 3, arbitrary: eitherWay(comparison(durationField, ordering, durationLiteral)) },
  { weight: 2, arbitrary: eitherWay(comparison(numberField, ordering, numberLiteral)) },
  {
    weight: 3,
    arbitrary: comparison(
      arithmetic(fc.oneof(numberField, numberLiteral, durationField), 2),
      ordering,
      arithmetic(fc.oneof(numberField, numberLiteral, durationLiteral), 1),
    ),
  },
  { weight: 1, arbitrary: comparison(attributeField, ordering, attributeField) },
  {
    weight: 2,
    arbitrary: comparison(
      intrinsicField('status'),
      equality,
      fc
        .constantFrom(...Object.values(StatusCode))
        .map((value): Literal => ({ kind: 'literal', type: 'status', value })),
    ),
  },
  {
    weight: 2,
    arbitrary: comparison(
      intrinsicField('kind'),
      equality,
      fc.constantFrom(...Object.values(SpanKind)).map((value): Literal => ({ kind: 'literal', type: 'kind', value })),
    ),
  },
  { weight: 2, arbitrary: comparison(intrinsicField('error'), equality, booleanLiteral) },
  { weight: 1, arbitrary: fc.oneof(intrinsicField('error'), attributeField, booleanLiteral) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('exists'),
      negated: fc.boolean(),
      operand: fc.oneof(
        attributeField.filter((field) => field.kind !== 'attribute' || field.name !== 'service.name'),
        intrinsicField('eventName', 'eventTimeSinceStart', 'linkSpanId'),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('exists'),
      negated: fc.constant(false),
      operand: fc.oneof(textField, durationField, idField),
    }),
  },
);

/** Conditions that are valid between the braces. */
export function arbitraryCondition(depth = 3): fc.Arbitrary<FieldExpression> {
  if (depth === 0) return leaf;
  const inner = arbitraryCondition(depth - 1);
  const several = fc.array(inner, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: several.map(allOf) },
    { weight: 2, arbitrary: several.map(anyOf) },
    { weight: 2, arbitrary: inner.map((operand): FieldExpression => ({ kind: 'not', operand })) },
    { weight: 1, arbitrary: comparison(inner, equality, inner) },
  );
}

/** `{ condition }`. */
export const arbitraryFilterQuery: fc.Arbitrary<Query> = arbitraryCondition().map((condition): Query => ({
  kind: 'query',
  spanset: { kind: 'filter', condition },
}));

const STRUCTURAL = (['>', '>>', '<', '<<', '~'] as const).flatMap((relation): readonly StructuralOperator[] => [
  relation,
  `!${relation}`,
  `&${relation}`,
]);

function arbitrarySpanset(depth: number): fc.Arbitrary<SpansetExpression> {
  const filter = arbitraryCondition(2).map((condition): SpansetExpression => ({ kind: 'filter', condition }));
  if (depth === 0) return filter;
  const inner = arbitrarySpanset(depth - 1);
  const chain = (kind: 'spansetAnd' | 'spansetOr'): fc.Arbitrary<SpansetExpression> =>
    fc.array(inner, { minLength: 2, maxLength: 3 }).map((operands) => ({
      kind,
      operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])),
    }));
  return fc.oneof(
    { weight: 3, arbitrary: filter },
    { weight: 1, arbitrary: chain('spansetAnd') },
    { weight: 1, arbitrary: chain('spansetOr') },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('structural'),
        operator: fc.constantFrom(...STRUCTURAL),
        left: inner,
        right: inner,
      }),
    },
  );
}

/** Every kind of query there is. */
export const arbitraryQuery: fc.Arbitrary<Query> = arbitrarySpanset(2).map((spanset): Query => ({
  kind: 'query',
  spanset,
}));

/** Queries with any text in names and literals and any number, for the printer and the parser. They match little. */
export const arbitraryWrittenQuery: fc.Arbitrary<Query> = fc
  .array(
    fc.oneof(
      comparison(
        fc
          .record({ scope: fc.constantFrom(...SCOPES), parent: fc.boolean(), name: arbitraryText })
          .map((field): FieldExpression => {
            const parent = field.parent && ['any', 'span', 'resource'].includes(field.scope);
            return { kind: 'attribute', ...field, parent };
          }),
        ordering,
        fc.oneof(
          arbitraryText.map(textLiteral),
          fc
            .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
            .map((value): Literal => ({ kind: 'literal', type: 'integer', value })),
          fc
            .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
            .map((value): Literal => ({ kind: 'literal', type: 'duration', value })),
          fc
            .double({ noNaN: true, noDefaultInfinity: true })
            .map((value): Literal => ({ kind: 'literal', type: 'float', value })),
        ),
      ),
      arbitraryCondition(),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((conditions): Query => ({ kind: 'query', spanset: { kind: 'filter', condition: anyOf(conditions) } }));
