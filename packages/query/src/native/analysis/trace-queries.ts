import type { ErrorGroup } from '@throughline/analysis';
import {
  allOf,
  anyOf,
  callFilter,
  type AttributeField,
  type ComparisonOperator,
  type FieldExpression,
  type IntrinsicField,
  printQuery,
  type Query,
  spanFilter,
  type SpanFilterForm,
  tagCondition,
} from '@throughline/traceql';

/** The TraceQL by which a number of an analysis lists its traces. */

/** Requests of a service: its spans that are children of none of its own spans. */
export interface RequestForm {
  readonly service: string;
  readonly operation?: string | undefined;
  /** Only those that took longer. */
  readonly aboveNano?: bigint | undefined;
  readonly error?: true | undefined;
}

export function requestQuery({ service, operation, aboveNano, error }: RequestForm): Query {
  const right = spanFilter({ service, operation, error, conditions: longerThan('duration', aboveNano) });
  const left = spanFilter({ service });
  return {
    kind: 'query',
    spanset: { kind: 'structural', operator: '!>', left: left.spanset, right: right.spanset },
  };
}

export function requestText(form: RequestForm): string {
  return printQuery(requestQuery(form));
}

/** Spans by what they are. */
export function spansText(form: SpanFilterForm): string {
  return printQuery(spanFilter(form));
}

/** Whole traces that took longer. */
export function longTraceQuery(aboveNano: bigint): Query {
  return spanFilter({ conditions: longerThan('traceDuration', aboveNano) });
}

function longerThan(field: 'duration' | 'traceDuration', nano: bigint | undefined): readonly FieldExpression[] {
  if (nano === undefined) return [];
  return [compare(intrinsic(field), '>', { kind: 'literal', type: 'duration', value: nano })];
}

/** A child in one service of a parent in another. */
export function edgeText(parent: string, child: string): string {
  return printQuery(callFilter(parent, child));
}

/** Spans by service and name, where `?` in the name stands for whatever. */
export function operationText(form: {
  readonly service: string;
  readonly operation: string;
  readonly error?: true | undefined;
  /** Only those that took longer. */
  readonly aboveNano?: bigint | undefined;
}): string {
  const { service, operation, error, aboveNano } = form;
  const name = like(intrinsic('name'), operation);
  return printQuery(spanFilter({ service, error, conditions: [name, ...longerThan('duration', aboveNano)] }));
}

/** Spans of the service with the attribute, by the text of its value. */
export function attributeText(attributeValue: {
  readonly service: string;
  readonly scope: 'span' | 'resource';
  readonly key: string;
  readonly value: string;
}): string {
  const { service, scope, key, value } = attributeValue;
  return printQuery(spanFilter({ service, conditions: [tagCondition(key, value, [scope])] }));
}

/** Spans timed by the clock of a host, which these attributes of resources name; all spans without one. */
export function hostText(host: string, names: Iterable<string>): string {
  const named = [...names].map((name) => compare(attribute('resource', name), '=', text(host)));
  return printQuery(spanFilter({ conditions: named.length === 0 ? [] : [anyOf(named)] }));
}

/** Where a span may say what went wrong; as `errorFingerprint` reads it. */
const MESSAGE_FIELDS: readonly FieldExpression[] = [
  attribute('event', 'exception.message'),
  intrinsic('statusMessage'),
  attribute('span', 'error.message'),
  attribute('span', 'error'),
];
const TYPE_FIELDS: readonly FieldExpression[] = [attribute('event', 'exception.type'), attribute('span', 'error.type')];

/** The error spans of a group; numbers and ids, which differ within the group, may be anything. */
export function errorGroupText({ service, operation, type, messageTemplate }: ErrorGroup): string {
  const conditions: FieldExpression[] = [like(intrinsic('name'), operation)];
  if (type !== '') conditions.push(anyOf(TYPE_FIELDS.map((field) => compare(field, '=', text(type)))));
  if (messageTemplate !== '') conditions.push(anyOf(MESSAGE_FIELDS.map((field) => like(field, messageTemplate))));
  return printQuery(spanFilter({ service, error: true, conditions: [allOf(conditions)] }));
}

/** Of a longer text only the beginning is compared. */
const MAX_COMPARED_LENGTH = 200;
const ANYTHING = '(.|\\n)*';

/** Equal to the text, where `?` stands for whatever. */
function like(field: FieldExpression, template: string): FieldExpression {
  const isCut = template.length > MAX_COMPARED_LENGTH;
  if (!isCut && !template.includes('?')) return compare(field, '=', text(template));
  const parts = template.slice(0, MAX_COMPARED_LENGTH).split('?');
  const pattern = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(ANYTHING);
  return compare(field, '=~', text(isCut ? pattern + ANYTHING : pattern));
}

function compare(left: FieldExpression, operator: ComparisonOperator, right: FieldExpression): FieldExpression {
  return { kind: 'comparison', operator, left, right };
}

function attribute(scope: AttributeField['scope'], name: string): FieldExpression {
  return { kind: 'attribute', scope, parent: false, name };
}

function intrinsic(name: IntrinsicField['name']): FieldExpression {
  return { kind: 'intrinsic', name };
}

function text(value: string): FieldExpression {
  return { kind: 'literal', type: 'text', value };
}
