/** A mistake in a scenario: where, as `services.cart.workers`, and what. */
export interface ScenarioIssue {
  /** Stable: `missing`, `unknown_key`, `wrong_type`, `out_of_range`, `unknown_name`, `invalid`. */
  readonly code: 'missing' | 'unknown_key' | 'wrong_type' | 'out_of_range' | 'unknown_name' | 'invalid';
  readonly path: string;
  readonly message: string;
}

/** What `parse` gives for something that is no value of the schema, after it has told why. */
export const INVALID: unique symbol = Symbol('invalid');
export type Parsed<T> = T | typeof INVALID;

/** Reads plain data (as YAML or JSON give it) into a type, and describes what it reads as JSON Schema. */
export interface Schema<T> {
  parse(input: unknown, path: string, issues: ScenarioIssue[]): Parsed<T>;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A key of an object. Without a fallback it must be there. */
export interface Field<T> {
  readonly key: string;
  readonly schema: Schema<T>;
  readonly fallback: { readonly value: T } | undefined;
  readonly what: string;
}

export function required<T>(key: string, schema: Schema<T>, what: string): Field<T> {
  return { key, schema, fallback: undefined, what };
}

export function withDefault<T>(key: string, schema: Schema<T>, value: NoInfer<T>, what: string): Field<T> {
  return { key, schema, fallback: { value }, what };
}

/** Absent stays undefined. */
export function optional<T>(key: string, schema: Schema<T>, what: string): Field<T | undefined> {
  return { key, schema, fallback: { value: undefined }, what };
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** An object with these keys and no others. */
export function object<T extends object>(fields: Fields<T>): Schema<T> {
  const entries: readonly (readonly [string, Field<unknown>])[] = Object.entries(fields);
  const known = new Set(entries.map(([, { key }]) => key));
  return {
    json: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        entries.map(([, { key, schema, what }]) => [
          key,
          what === '' ? schema.json : { description: what, ...schema.json },
        ]),
      ),
      required: entries.filter(([, { fallback }]) => fallback === undefined).map(([, { key }]) => key),
    },
    parse: (input, path, issues) => {
      if (!isRecord(input)) return wrong(issues, path, 'must be a map', input);
      const before = issues.length;
      for (const key of Object.keys(input)) {
        if (known.has(key)) continue;
        issues.push({
          code: 'unknown_key',
          path: join(path, key),
          message: `is not a known key; there are ${[...known].join(', ')}`,
        });
      }
      const result: Record<string, unknown> = {};
      for (const [name, { key, schema, fallback }] of entries) {
        const value = input[key];
        if (value !== undefined && value !== null) result[name] = schema.parse(value, join(path, key), issues);
        else if (fallback !== undefined) result[name] = fallback.value;
        else issues.push({ code: 'missing', path: join(path, key), message: 'is missing' });
      }
      // Every field was parsed by its schema, or there are issues.
      return issues.length > before ? INVALID : (result as T);
    },
  };
}

export function text(options: { readonly pattern?: RegExp; readonly expected?: string } = {}): Schema<string> {
  const { pattern, expected = 'must be text' } = options;
  return {
    json: { type: 'string', ...(pattern === undefined ? {} : { pattern: pattern.source }) },
    parse: (input, path, issues) => {
      const value = typeof input === 'number' ? String(input) : input;
      if (typeof value === 'string' && value !== '' && (pattern === undefined || pattern.test(value))) return value;
      return wrong(issues, path, expected, input);
    },
  };
}

export function number(options: {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}): Schema<number> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = false } = options;
  return {
    json: {
      type: whole ? 'integer' : 'number',
      ...(min === Number.NEGATIVE_INFINITY ? {} : { minimum: min }),
      ...(max === Number.POSITIVE_INFINITY ? {} : { maximum: max }),
    },
    parse: (input, path, issues) => {
      if (typeof input !== 'number' || (whole && !Number.isInteger(input)) || Number.isNaN(input)) {
        return wrong(issues, path, whole ? 'must be a whole number' : 'must be a number', input);
      }
      if (input >= min && input <= max) return input;
      const bounds = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
      issues.push({ code: 'out_of_range', path, message: `must be ${bounds}, not ${input}` });
      return INVALID;
    },
  };
}

export const boolean: Schema<boolean> = {
  json: { type: 'boolean' },
  parse: (input, path, issues) =>
    typeof input === 'boolean' ? input : wrong(issues, path, 'must be true or false', input),
};

export function oneOf<T extends string>(values: readonly T[]): Schema<T> {
  return {
    json: { enum: values },
    parse: (input, path, issues) =>
      values.find((value) => value === input) ?? wrong(issues, path, `must be one of ${values.join(', ')}`, input),
  };
}

export function list<T>(item: Schema<T>, options: { readonly min?: number } = {}): Schema<readonly T[]> {
  const { min = 0 } = options;
  return {
    json: { type: 'array', items: item.json, ...(min > 0 ? { minItems: min } : {}) },
    parse: (input, path, issues) => {
      if (!Array.isArray(input) || input.length < min) {
        return wrong(issues, path, min > 0 ? `must be a list of at least ${min}` : 'must be a list', input);
      }
      const values: T[] = [];
      for (const [i, element] of input.entries()) {
        const value = item.parse(element, `${path}[${i}]`, issues);
        if (value !== INVALID) values.push(value);
      }
      return values.length === input.length ? values : INVALID;
    },
  };
}

/** A map with keys of the user's choice. */
export function mapOf<T>(item: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return {
    json: { type: 'object', additionalProperties: item.json },
    parse: (input, path, issues) => {
      if (!isRecord(input)) return wrong(issues, path, 'must be a map', input);
      const entries = Object.entries(input);
      const values = new Map<string, T>();
      for (const [key, element] of entries) {
        const value = item.parse(element, join(path, key), issues);
        if (value !== INVALID) values.set(key, value);
      }
      return values.size === entries.length ? values : INVALID;
    },
  };
}

/** A schema that is needed before it is there, because it holds itself; `name` is its definition's. */
export function recursive<T>(name: string, schema: () => Schema<T>): Schema<T> {
  return {
    json: { $ref: `#/$defs/${name}` },
    parse: (input, path, issues) => schema().parse(input, path, issues),
  };
}

const definitions = new Map<string, Readonly<Record<string, unknown>>>();

/** A schema that stands in the JSON Schema once, as the definition `name`, however often it is used. */
export function defined<T>(name: string, schema: Schema<T>): Schema<T> {
  definitions.set(name, schema.json);
  return { ...schema, json: { $ref: `#/$defs/${name}` } };
}

/** Those of all schemas, by name. */
export function jsonDefinitions(): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Another type of the same input. */
export function mapped<A, B>(schema: Schema<A>, map: (value: A) => B): Schema<B> {
  return {
    json: schema.json,
    parse: (input, path, issues) => {
      const value = schema.parse(input, path, issues);
      return value === INVALID ? INVALID : map(value);
    },
  };
}

export function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

export function wrong(issues: ScenarioIssue[], path: string, expected: string, input: unknown): typeof INVALID {
  const shown = JSON.stringify(input) ?? String(input);
  issues.push({
    code: 'wrong_type',
    path,
    message: `${expected}, not ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`,
  });
  return INVALID;
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
