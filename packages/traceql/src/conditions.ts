/**
 * A query as conditions on single spans, for a store that cannot run the language itself.
 *
 * Conditions over-approximate: every trace that matches the query satisfies them, some others may too, and the
 * interpreter decides. `exact` says that no others do. Every span that the query selects satisfies the predicate of at
 * least one `spans` condition in the tree, so whoever looks for spans of a time window may look for those.
 */
export interface QueryConditions {
  readonly condition: TraceCondition;
  /**
   * True if a trace matches the query exactly when it satisfies `condition`, and the spans that match are exactly the
   * spans satisfying the (then single) span predicate.
   */
  readonly exact: boolean;
}

/** `spans`: at least one span of the trace satisfies the predicate. An `and` of nothing holds, an `or` of nothing not. */
export type TraceCondition =
  | { readonly kind: 'spans'; readonly predicate: SpanPredicate }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly TraceCondition[] };

/** An `and` of nothing holds for every span, an `or` of nothing for none. */
export type SpanPredicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SpanPredicate[] }
  | {
      readonly kind: 'compare';
      readonly field: ConditionField;
      readonly operator: ConditionOperator;
      readonly value: ConditionValue;
    }
  /** The field has a value (`!= nil`). */
  | { readonly kind: 'exists'; readonly field: ConditionField };

/**
 * `any` is an unscoped attribute (`.foo`): the span's, else the resource's. A null value is no value.
 *
 * A comparison with a field that has no value, or one of another type than the condition's, is false, also with `!=`
 * and `!~`. An array attribute satisfies `!=` and `!~` if all its elements do, every other operator if any element
 * does. A field of scope event or link (and `eventName`, `linkTraceId`, `linkSpanId`) has a value for each event or
 * link; the comparison holds if it does for any of them.
 *
 * The resource's attribute `service.name` does not occur: it is the intrinsic `service`.
 */
export type ConditionField =
  | { readonly kind: 'attribute'; readonly scope: AttributeScope; readonly name: string }
  | { readonly kind: 'intrinsic'; readonly name: ConditionIntrinsic };

export type AttributeScope = 'any' | 'span' | 'resource' | 'event' | 'link' | 'instrumentation';

/**
 * `traceDuration` is in nanoseconds, as `duration` is; `error` is the model's `isErrorSpan` (compared with a boolean);
 * `service` is the resource's `service.name` with the model's default for spans without one; ids are hex strings;
 * `kind` and `status` are OTLP's numbers as bigint; `isRoot` compares with a boolean.
 */
export type ConditionIntrinsic =
  | 'name'
  | 'service'
  | 'duration'
  | 'traceDuration'
  | 'status'
  | 'statusMessage'
  | 'kind'
  | 'error'
  | 'isRoot'
  | 'traceId'
  | 'spanId'
  | 'parentSpanId'
  | 'eventName'
  | 'linkTraceId'
  | 'linkSpanId'
  | 'scopeName'
  | 'scopeVersion';

export type ConditionOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';

/**
 * Comparisons are typed: a string never equals a number, a bigint and a number compare numerically (exactly). Numbers
 * are finite. Texts are ordered by their UTF-8 bytes. A regular expression is anchored at both ends and RE2-compatible;
 * `.` does not match a line feed (in RE2's terms the flag `s` is off).
 */
export type ConditionValue = string | boolean | bigint | number;
