import { type AttributeValue, durationNano, isErrorSpan, serviceName, type Span, type Trace } from '@throughline/model';

import type { FieldExpression, Query, SpansetExpression } from '../src/index.ts';

/**
 * The language once more, as plainly as it can be said and without looking at the interpreter: no compilation, trees
 * walked for every span, the trace's structure found by parent rows alone. Regular expressions are JavaScript's, which
 * agree with RE2 on the patterns that the arbitraries use.
 */
export function referenceRows(query: Query, trace: Trace): readonly number[] {
  return [...select(query.spanset, trace)].toSorted((left, right) => left - right);
}

function select(expression: SpansetExpression, trace: Trace): ReadonlySet<number> {
  const allRows = trace.spans.map((_, row) => row);
  if (expression.kind === 'filter') {
    return new Set(allRows.filter((row) => truth(expression.condition, { trace, row })));
  }
  if (expression.kind !== 'structural') {
    const sets = expression.operands.map((operand) => select(operand, trace));
    if (expression.kind === 'spansetAnd' && sets.some((set) => set.size === 0)) return new Set();
    return new Set(sets.flatMap((set) => [...set]));
  }
  const left = select(expression.left, trace);
  const right = select(expression.right, trace);
  const prefix = /^[!&]?/.exec(expression.operator)?.[0] ?? '';
  const related = (of: number, to: number): boolean => stands(expression.operator.slice(prefix.length), trace, of, to);
  if (prefix === '!') return new Set([...right].filter((row) => ![...left].some((other) => related(row, other))));
  const found = [...right].filter((row) => [...left].some((other) => related(row, other)));
  if (prefix === '') return new Set(found);
  return new Set([...found, ...[...left].filter((row) => [...right].some((other) => related(other, row)))]);
}

function parentsOf(trace: Trace, row: number): readonly number[] {
  const parent = trace.parent[row] ?? -1;
  return parent < 0 ? [] : [parent, ...parentsOf(trace, parent)];
}

/** Whether `row` is the child, descendant, parent, ancestor or sibling of `other`. */
function stands(relation: string, trace: Trace, row: number, other: number): boolean {
  switch (relation) {
    case '>':
      return parentsOf(trace, row)[0] === other;
    case '>>':
      return parentsOf(trace, row).includes(other);
    case '<':
      return parentsOf(trace, other)[0] === row;
    case '<<':
      return parentsOf(trace, other).includes(row);
    default:
      return (
        row !== other && parentsOf(trace, row).length > 0 && parentsOf(trace, row)[0] === parentsOf(trace, other)[0]
      );
  }
}

interface Place {
  readonly trace: Trace;
  readonly row: number;
  readonly event?: Span['events'][number];
  readonly link?: Span['links'][number];
}

function spanAt({ trace, row }: Place): Span {
  const span = trace.spans[row];
  if (span === undefined) throw new Error('no such row');
  return span;
}

/** Every choice of an event and a link that the expression's fields ask for and that is not made yet. */
function choices(expression: FieldExpression, place: Place): readonly Place[] {
  const text = JSON.stringify(expression, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const mentions = (scope: string): boolean =>
    text.includes(`"scope":"${scope}"`) || text.includes(`"kind":"intrinsic","name":"${scope}`);
  let places: readonly Place[] = [place];
  if (mentions('event') && place.event === undefined) {
    places = places.flatMap((each) => spanAt(each).events.map((event) => ({ ...each, event })));
  }
  if (mentions('link') && place.link === undefined) {
    places = places.flatMap((each) => spanAt(each).links.map((link) => ({ ...each, link })));
  }
  return places;
}

function truth(expression: FieldExpression, place: Place): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.operands.every((operand) => truth(operand, place));
    case 'or':
      return expression.operands.some((operand) => truth(operand, place));
    case 'not':
      return !truth(expression.operand, place);
    case 'exists': {
      const exists = choices(expression.operand, place).some((each) => valueOf(expression.operand, each) !== undefined);
      return exists !== expression.negated;
    }
    case 'comparison': {
      const { operator } = expression;
      return choices(expression, place).some((each) => {
        let left = valueOf(expression.left, each);
        let right = valueOf(expression.right, each);
        if (operator === '=' || operator === '!=') {
          if (isId(expression.left)) right = paddedId(expression.left, right);
          if (isId(expression.right)) left = paddedId(expression.right, left);
        }
        return compare(operator, left, right);
      });
    }
    default:
      return choices(expression, place).some((each) => compare('=', valueOf(expression, each), true));
  }
}

function isId(expression: FieldExpression): boolean {
  return expression.kind === 'intrinsic' && expression.name.endsWith('Id');
}

function paddedId(field: FieldExpression, value: AttributeValue | undefined): AttributeValue | undefined {
  const length = field.kind === 'intrinsic' && /trace/i.test(field.name) ? 32 : 16;
  if (typeof value !== 'string' || !/^[\da-f]+$/i.test(value) || value.length > length || /^0+$/.test(value))
    return value;
  return value.toLowerCase().padStart(length, '0');
}

function compare(operator: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return false;
  const all = operator === '!=' || operator === '!~';
  if (Array.isArray(left)) {
    const results = left.map((element: AttributeValue) => compare(operator, scalar(element), right));
    return all ? isOrdinary(right) && results.every(Boolean) : results.some(Boolean);
  }
  if (Array.isArray(right)) {
    const results = right.map((element: AttributeValue) => compare(operator, left, scalar(element)));
    return all ? isOrdinary(left) && results.every(Boolean) : results.some(Boolean);
  }
  if (typeof left === 'string' && typeof right === 'string') {
    const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
    if (operator === '=~' || operator === '!~') return matches(right, left) === (operator === '=~');
    return ordered(operator, order, 0);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    return operator === '=' ? left === right : operator === '!=' ? left !== right : false;
  }
  return isNumber(left) && isNumber(right) && ordered(operator, left, right);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isOrdinary(value: AttributeValue | undefined): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function scalar(value: AttributeValue): AttributeValue | undefined {
  return Array.isArray(value) ? undefined : value;
}

function ordered(operator: string, left: number | bigint, right: number | bigint): boolean {
  switch (operator) {
    case '=':
      return left == right;
    case '!=':
      return left != right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

function matches(pattern: string, text: string): boolean {
  const ignoreCase = pattern.startsWith('(?i)');
  return new RegExp(`^(?:${ignoreCase ? pattern.slice(4) : pattern})$`, ignoreCase ? 'iu' : 'u').test(text);
}

function valueOf(expression: FieldExpression, place: Place): AttributeValue | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'status' || expression.type === 'kind' ? BigInt(expression.value) : expression.value;
    case 'attribute': {
      const { scope, name } = expression;
      const parent = place.trace.parent[place.row] ?? -1;
      if (expression.parent && parent < 0) return undefined;
      const span = expression.parent ? place.trace.spans[parent] : spanAt(place);
      const resource = span?.resource.attributes;
      if (scope === 'resource' && name === 'service.name') return span && serviceName(span.resource);
      const sources = {
        any: [span?.attributes, resource],
        span: [span?.attributes],
        resource: [resource],
        event: [place.event?.attributes],
        link: [place.link?.attributes],
        instrumentation: [span?.scope.attributes],
      }[scope];
      for (const source of sources) {
        const value = source?.get(name);
        if (value !== undefined && value !== null) return value;
      }
      return undefined;
    }
    case 'intrinsic':
      return intrinsic(expression.name, place);
    case 'negation': {
      const value = valueOf(expression.operand, place);
      if (typeof value === 'number') return -value;
      return typeof value === 'bigint' ? fitted(-value) : undefined;
    }
    case 'arithmetic':
      return arithmetic(
        expression.operator,
        valueOf(expression.left, place),
        valueOf(expression.right, place),
        isDuration(expression),
      );
    default:
      return truth(expression, place);
  }
}

function isDuration(expression: FieldExpression): boolean {
  if (expression.kind === 'arithmetic') return isDuration(expression.left) || isDuration(expression.right);
  if (expression.kind === 'negation') return isDuration(expression.operand);
  if (expression.kind === 'literal') return expression.type === 'duration';
  return (
    expression.kind === 'intrinsic' && ['duration', 'traceDuration', 'eventTimeSinceStart'].includes(expression.name)
  );
}

function fitted(value: bigint): bigint | number {
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : Number(value);
}

function arithmetic(
  operator: string,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
  isOfDurations: boolean,
): AttributeValue | undefined {
  if (typeof left === 'bigint' && typeof right === 'bigint' && !(operator === '/' && isOfDurations)) {
    if (operator === '+') return fitted(left + right);
    if (operator === '-') return fitted(left - right);
    if (operator === '*') return fitted(left * right);
    if (operator === '/' || operator === '%') {
      if (right === 0n) return undefined;
      return fitted(operator === '/' ? left / right : left % right);
    }
    if (right >= 0n && (right < 70n || [-1n, 0n, 1n].includes(left))) {
      return fitted(left ** (right < 70n ? right : 70n + (right % 2n)));
    }
  }
  if (!isNumber(left) || !isNumber(right)) return undefined;
  const [one, other] = [Number(left), Number(right)];
  if (operator === '+') return one + other;
  if (operator === '-') return one - other;
  if (operator === '*') return one * other;
  if (operator === '/') return one / other;
  return operator === '%' ? one % other : one ** other;
}

function intrinsic(name: string, place: Place): AttributeValue | undefined {
  const { trace, row, event, link } = place;
  const span = spanAt(place);
  const trueRoots = trace.spans.filter(({ parentSpanId }) => parentSpanId === '');
  const [root] = (trueRoots.length > 0 ? trueRoots : [...trace.spans]).toSorted((left, right) =>
    Number(left.startTimeUnixNano - right.startTimeUnixNano),
  );
  const values: Readonly<Record<string, () => AttributeValue | undefined>> = {
    name: () => span.name,
    duration: () => durationNano(span),
    status: () => BigInt(span.status.code),
    statusMessage: () => span.status.message,
    kind: () => BigInt(span.kind),
    error: () => isErrorSpan(span),
    spanId: () => span.spanId,
    parentSpanId: () => span.parentSpanId,
    traceId: () => trace.traceId,
    childCount: () => BigInt([...trace.parent].filter((parent) => parent === row).length),
    nestedSetLeft: () => BigInt(nestedSet(trace)[row]?.left ?? 0),
    nestedSetRight: () => BigInt(nestedSet(trace)[row]?.right ?? 0),
    nestedSetParent: () => {
      const parent = nestedSet(trace)[trace.parent[row] ?? -1];
      if (parent !== undefined) return BigInt(parent.left);
      return span.parentSpanId === '' ? -1n : 0n;
    },
    traceDuration: () => trace.endTimeUnixNano - trace.startTimeUnixNano,
    rootName: () => root?.name,
    rootService: () => root && serviceName(root.resource),
    eventName: () => event?.name,
    eventTimeSinceStart: () => event && event.timeUnixNano - span.startTimeUnixNano,
    linkTraceId: () => link?.traceId,
    linkSpanId: () => link?.spanId,
    scopeName: () => span.scope.name,
    scopeVersion: () => span.scope.version,
  };
  return values[name]?.();
}

/** Numbers given by walking the tree: one on the way into a span, one on the way out. */
function nestedSet(trace: Trace): readonly { readonly left: number; readonly right: number }[] {
  const numbers: { left: number; right: number }[] = [];
  let next = 1;
  const walk = (row: number): void => {
    const entry = { left: next++, right: 0 };
    numbers[row] = entry;
    for (let child = 0; child < trace.spans.length; child++) if (trace.parent[child] === row) walk(child);
    entry.right = next++;
  };
  for (let row = 0; row < trace.spans.length; row++) if ((trace.parent[row] ?? -1) < 0) walk(row);
  return numbers;
}
