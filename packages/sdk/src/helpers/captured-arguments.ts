import type { Attributes } from '@opentelemetry/api';

/** What may be recorded of a call's arguments; every bound is counted in characters (UTF-16 units) or entries. */
export interface ArgumentLimits {
  /** Attributes per call. Default 16. */
  readonly maxArguments: number;
  /** Of each value's text. Default 256. */
  readonly maxValueLength: number;
}

export const DEFAULT_ARGUMENT_LIMITS: ArgumentLimits = { maxArguments: 16, maxValueLength: 256 };

const SENSITIVE = /password|passwd|token|secret|key|authorization|credential|cookie/i;
const MAX_DEPTH = 3;
const MAX_ENTRIES = 16;
const MAX_KEY_LENGTH = 64;

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The value of an own data property; accessors are not run. */
function dataProperty(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, Math.max(0, maxLength - 1))}…`;
}

/** A value as short text in JSON's manner: no getters, no `toJSON`, no sensitive keys, bounded in depth, width, length. */
function describe(value: unknown, maxLength: number, depth: number): string {
  if (maxLength <= 0) return '…';
  if (typeof value === 'string') return JSON.stringify(cut(value, maxLength));
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'symbol') return '[symbol]';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value)) return describeEntries(value.slice(0, MAX_ENTRIES + 1), '[]', maxLength, depth);
  if (!isPlainObject(value)) return '[object]';
  const keys: string[] = [];
  for (const key in value) {
    if (!Object.hasOwn(value, key) || SENSITIVE.test(key)) continue;
    keys.push(key);
    if (keys.length > MAX_ENTRIES) break;
  }
  return describeEntries(keys, '{}', maxLength, depth, value);
}

function describeEntries(
  entries: readonly unknown[],
  brackets: '[]' | '{}',
  maxLength: number,
  depth: number,
  object?: Readonly<Record<string, unknown>>,
): string {
  let text = brackets[0] ?? '';
  for (const [index, entry] of entries.entries()) {
    if (index > 0) text += ',';
    if (index === MAX_ENTRIES || text.length >= maxLength) {
      text += '…';
      break;
    }
    if (object === undefined) {
      text += describe(entry, maxLength - text.length, depth + 1);
    } else {
      const key = String(entry);
      text += `${JSON.stringify(cut(key, MAX_KEY_LENGTH))}:`;
      text += describe(dataProperty(object, key), maxLength - text.length, depth + 1);
    }
  }
  return text + (brackets[1] ?? '');
}

function attributeValue(value: unknown, maxLength: number): string | number | boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return cut(value, maxLength);
  return cut(describe(value, maxLength, 0), maxLength);
}

/**
 * `function.args.<key>` for a call. With `names` the positional arguments get these names; with `true` only the entries
 * of arguments that are plain objects are recorded, since a positional value without a name cannot be told from a
 * password. Keys that contain password, token, secret, key and the like are left out at every depth. Never throws.
 */
export function capturedArguments(
  args: readonly unknown[],
  names: readonly string[] | true,
  limits: ArgumentLimits = DEFAULT_ARGUMENT_LIMITS,
): Attributes {
  const attributes: Attributes = {};
  let count = 0;
  const add = (key: string, value: unknown): boolean => {
    if (SENSITIVE.test(key)) return true;
    const text = attributeValue(value, limits.maxValueLength);
    if (text === undefined) return true;
    if (count >= limits.maxArguments) return false;
    attributes[`function.args.${cut(key, MAX_KEY_LENGTH)}`] = text;
    count++;
    return true;
  };
  try {
    if (names === true) {
      for (const argument of args) {
        if (!isPlainObject(argument)) continue;
        for (const key in argument) {
          if (Object.hasOwn(argument, key) && !add(key, dataProperty(argument, key))) return attributes;
        }
      }
    } else {
      for (const [index, name] of names.entries()) if (!add(name, args[index])) return attributes;
    }
  } catch {
    // A proxy's trap threw: what was read stays, the application's call goes on.
  }
  return attributes;
}
