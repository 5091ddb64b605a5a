import type { SpanPredicate } from './conditions.ts';

/** A predicate that holds wherever an expression does; `exact` if nowhere else. */
export interface Derived {
  readonly predicate: SpanPredicate;
  readonly exact: boolean;
}

export const ALWAYS: Derived = { predicate: { kind: 'true' }, exact: true };
export const NEVER: Derived = { predicate: { kind: 'or', operands: [] }, exact: true };
export const UNKNOWN: Derived = { predicate: { kind: 'true' }, exact: false };

/** All of them hold. */
export function allDerived(operands: readonly Derived[]): Derived {
  const predicates = operands.map(({ predicate }) => predicate).filter(({ kind }) => kind !== 'true');
  const exact = operands.every((operand) => operand.exact);
  // Where one operand never holds, the whole never does, whatever the others are.
  if (operands.some(({ predicate }) => isNever(predicate))) return NEVER;
  const [only] = predicates;
  if (only === undefined) return { predicate: { kind: 'true' }, exact };
  return { predicate: predicates.length === 1 ? only : { kind: 'and', operands: predicates }, exact };
}

/** Any of them holds. */
export function anyDerived(operands: readonly Derived[]): Derived {
  if (operands.some((operand) => operand.exact && operand.predicate.kind === 'true')) return ALWAYS;
  const exact = operands.every((operand) => operand.exact);
  return { predicate: anyPredicate(operands.map(({ predicate }) => predicate)), exact };
}

/** Any of the predicates holds; `true` and `false` are folded. */
export function anyPredicate(operands: readonly SpanPredicate[]): SpanPredicate {
  if (operands.some(({ kind }) => kind === 'true')) return { kind: 'true' };
  const possible = operands.filter((operand) => !isNever(operand));
  const [only] = possible;
  return possible.length === 1 && only !== undefined ? only : { kind: 'or', operands: possible };
}

function isNever(predicate: SpanPredicate): boolean {
  return predicate.kind === 'or' && predicate.operands.length === 0;
}
