/** A copied value: `AnyValue` of the specification. */
export type RecordedValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly RecordedValue[]
  | { readonly [key: string]: RecordedValue };

/** Deeper values, and so cyclic ones, are invalid. */
const MAX_VALUE_DEPTH = 64;

/**
 * A value that the caller can no longer change, cut to `lengthLimit`; `undefined` for what is no `AnyValue` of the
 * specification (functions, symbols, bigints, class instances, cycles). `null` is the empty value.
 */
export function copyValue(value: unknown, lengthLimit: number, depth = 0): RecordedValue | undefined {
  // Comparisons of `typeof` are compiled to a look at the value, a switch over it to a call first.
  if (typeof value === 'string') return value.length > lengthLimit ? value.slice(0, lengthLimit) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return undefined;
  return value === null ? null : copyObject(value, lengthLimit, depth);
}

/**
 * Apart from the values that are usual, so that what copies those is compiled into its callers. `undefined` also for what
 * cannot be read: a getter that throws, a revoked proxy.
 */
function copyObject(value: object, lengthLimit: number, depth: number): RecordedValue | undefined {
  if (depth >= MAX_VALUE_DEPTH) return undefined;
  try {
    return copyMembers(value, lengthLimit, depth);
  } catch {
    return undefined;
  }
}

function copyMembers(value: object, lengthLimit: number, depth: number): RecordedValue | undefined {
  // Not its own `slice`, which in a `Buffer` shares the memory.
  if (value instanceof Uint8Array) return Uint8Array.prototype.slice.call(value, 0, lengthLimit);
  if (Array.isArray(value)) {
    const copies: RecordedValue[] = [];
    for (const element of value as readonly unknown[]) {
      const copy = element === undefined ? null : copyValue(element, lengthLimit, depth + 1);
      if (copy === undefined) return undefined;
      copies.push(copy);
    }
    return copies;
  }
  if (value.constructor !== Object && value.constructor !== undefined) return undefined;
  const map: { [key: string]: RecordedValue } = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const copy = copyValue(member, lengthLimit, depth + 1);
    if (copy === undefined) return undefined;
    map[key] = copy;
  }
  return map;
}

/** As {@link copyValue}, for events: only strings, numbers, booleans and arrays of one of these. */
export function copySimpleValue(value: unknown, lengthLimit: number): RecordedValue | undefined {
  if (typeof value !== 'object') return copyValue(value, lengthLimit);
  try {
    return Array.isArray(value) ? copyAlike(value, lengthLimit) : undefined;
  } catch {
    // A getter that throws, a revoked proxy.
    return undefined;
  }
}

function copyAlike(elements: readonly unknown[], lengthLimit: number): RecordedValue | undefined {
  const copies: RecordedValue[] = [];
  let type: string | undefined;
  for (const element of elements) {
    if (element === undefined || element === null) {
      copies.push(null);
      continue;
    }
    type ??= typeof element;
    const copy = typeof element === type && type !== 'object' ? copyValue(element, lengthLimit) : undefined;
    if (copy === undefined) return undefined;
    copies.push(copy);
  }
  return copies;
}
