import { type Attributes, type AttributeValue, isAttributes } from './attributes.ts';

/**
 * Whether two values have the same type and content. The order of a map's keys does not count, that of an array's
 * elements does. Doubles are the same if their bits are: NaN equals NaN, 0 does not equal -0; the int64 `1n` does not
 * equal the double `1`.
 */
export function equalAttributeValues(a: AttributeValue, b: AttributeValue): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  // Pairs that remain to be compared. A list in place of recursion, because nesting is the sender's choice.
  const pending: AttributeValue[] = [a, b];
  while (pending.length > 0) {
    const right = pending.pop();
    const left = pending.pop();
    if (Object.is(left, right)) continue;
    if (left instanceof Uint8Array) {
      if (!(right instanceof Uint8Array) || compareBytes(left, right) !== 0) return false;
    } else if (left instanceof Map) {
      if (!(right instanceof Map) || left.size !== right.size) return false;
      for (const [key, value] of left) {
        const other = right.get(key);
        // Most values are scalars: decide on them here.
        if (Object.is(value, other)) continue;
        if (other === undefined || typeof value !== 'object' || value === null) return false;
        pending.push(value, other);
      }
    } else if (Array.isArray(left)) {
      if (!Array.isArray(right) || left.length !== right.length) return false;
      for (let i = 0; i < left.length; i++) {
        if (Object.is(left[i], right[i])) continue;
        if (typeof left[i] !== 'object' || left[i] === null) return false;
        pending.push(left[i], right[i]);
      }
    } else return false;
  }
  return true;
}

/**
 * A total order over values that agrees with {@link equalAttributeValues} on what is the same. It means nothing else;
 * it is there so that results do not depend on the order in which things came.
 */
export function compareAttributeValues(a: AttributeValue, b: AttributeValue): number {
  const pending: AttributeValue[] = [b, a];
  while (pending.length > 0) {
    const left = pending.pop();
    const right = pending.pop();
    if (left === undefined || right === undefined || Object.is(left, right)) continue;
    const rank = typeRank(left);
    const byType = rank - typeRank(right);
    if (byType !== 0) return byType;
    if (left instanceof Uint8Array && right instanceof Uint8Array) {
      const byContent = compareBytes(left, right);
      if (byContent !== 0) return byContent;
    } else if (left instanceof Map && right instanceof Map) {
      const byKeys = pushEntries(left, right, pending);
      if (byKeys !== 0) return byKeys;
    } else if (Array.isArray(left) && Array.isArray(right)) {
      if (left.length !== right.length) return left.length - right.length;
      for (let i = left.length - 1; i >= 0; i--) pending.push(right[i], left[i]);
    } else if (typeof left === 'number' && typeof right === 'number') {
      return compareDoubles(left, right);
    } else if (left !== null && right !== null) {
      // Two strings, booleans or bigints, because their types have the same rank.
      return left < right ? -1 : 1;
    }
  }
  return 0;
}

/** Compares the key sets and, where they are the same, leaves the values to be compared in the order of the keys. */
function pushEntries(left: Attributes, right: Attributes, pending: AttributeValue[]): number {
  if (left.size !== right.size) return left.size - right.size;
  const leftKeys = [...left.keys()].toSorted();
  const rightKeys = [...right.keys()].toSorted();
  for (const [i, key] of leftKeys.entries()) {
    const other = rightKeys[i] ?? '';
    if (key !== other) return key < other ? -1 : 1;
  }
  for (const key of leftKeys.toReversed()) pending.push(right.get(key) ?? null, left.get(key) ?? null);
  return 0;
}

function typeRank(value: AttributeValue): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'bigint') return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  if (value instanceof Uint8Array) return 5;
  return isAttributes(value) ? 7 : 6;
}

/** NaN first, then by value, -0 before 0. The two are not the same. */
function compareDoubles(left: number, right: number): number {
  if (Number.isNaN(left)) return -1;
  if (Number.isNaN(right)) return 1;
  if (left === right) return Object.is(left, -0) ? -1 : 1;
  return left < right ? -1 : 1;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length) return left.length - right.length;
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
