export type {
  AttributeScope,
  ConditionField,
  ConditionIntrinsic,
  ConditionOperator,
  ConditionValue,
  QueryConditions,
  SpanPredicate,
  TraceCondition,
} from './conditions.ts';
export { queryConditions } from './derive-conditions.ts';
export { parseDurationNano, printDurationNano } from './duration.ts';
export { bothQueries, callFilter, narrowQuery, spanFilter, type SpanFilterForm, tagCondition } from './from-form.ts';
export { matchTrace } from './interpret.ts';
export {
  type FieldType,
  type Intrinsic,
  type IntrinsicDefinition,
  intrinsics,
  kindKeywords,
  statusKeywords,
} from './intrinsics.ts';
export { isPlainAttributeName, lex } from './lex.ts';
export { nearestName } from './nearest-name.ts';
export { defaultQueryLimits, parseQuery, type ParseResult, type QueryLimits } from './parse.ts';
export { printField, printQuery } from './print.ts';
export {
  positionAt,
  type QueryError,
  type QueryErrorCode,
  type QueryPosition,
  type QueryProblem,
} from './query-error.ts';
export { matchingRows, matchSpanPredicate, satisfiesConditions } from './satisfy-conditions.ts';
export {
  allOf,
  anyOf,
  type Arithmetic,
  type ArithmeticOperator,
  type AttributeField,
  type Comparison,
  type ComparisonOperator,
  type Exists,
  type FieldExpression,
  filterQuery,
  type IntrinsicField,
  type Literal,
  type Logical,
  type Negation,
  type Not,
  type Query,
  type SpansetExpression,
  type SpansetFilter,
  type SpansetLogical,
  type SpansetStructural,
  type StructuralOperator,
  type StructuralRelation,
  type TextRange,
} from './syntax.ts';
export { typeOf, validateQuery } from './validate.ts';
export type { Token } from './token.ts';
