import { type ConfigProblem, suggestion } from './config-error.ts';

/** Looks at one value. Problems are added to the list, all of them, so that one run shows every mistake. */
export type Check = (value: unknown, path: string, problems: ConfigProblem[]) => void;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mistaken word, short enough for a message. */
export function shown(word: string): string {
  const text = JSON.stringify(word);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

const wrongType = (expected: string, value: unknown, path: string): ConfigProblem => ({
  code: 'wrong_type',
  path,
  message: `must be ${expected}, not ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}`,
});

export const text: Check = (value, path, problems) => {
  if (typeof value !== 'string') problems.push(wrongType('text', value, path));
  else if (value === '') problems.push({ code: 'missing', path, message: 'is empty' });
};

export const flag: Check = (value, path, problems) => {
  if (typeof value !== 'boolean') problems.push(wrongType('true or false', value, path));
};

/** A number of `least` to `most`, both included; whole unless `fraction`. */
export function number(least: number, most: number, fraction = false): Check {
  return (value, path, problems) => {
    if (typeof value !== 'number') problems.push(wrongType('a number', value, path));
    else if (
      Number.isNaN(value) ||
      value < least ||
      value > most ||
      !(fraction || Number.isInteger(value) || value === most)
    ) {
      const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
      problems.push({
        code: 'out_of_range',
        path,
        message: `must be ${fraction ? 'a' : 'a whole'} number, ${range}, not ${value}`,
      });
    }
  };
}

export function oneOf(values: readonly string[]): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string') problems.push(wrongType('text', value, path));
    else if (!values.includes(value)) {
      problems.push({ code: 'unknown_value', path, message: `is ${shown(value)}${suggestion(value, values)}` });
    }
  };
}

/** A URL of http or https. Says nothing of its content: it may hold a password. */
export const url: Check = (value, path, problems) => {
  if (typeof value !== 'string') problems.push(wrongType('a URL', value, path));
  else if (!isHttpUrl(value))
    problems.push({ code: 'not_a_url', path, message: 'must be a URL with http:// or https://' });
};

export function isHttpUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

/** `host:port`, and nothing else. */
export function isHostAndPort(value: string): boolean {
  return !/[/?#@\s]/.test(value) && URL.canParse(`udp://${value}`);
}

export function listOf(check: Check): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value)) problems.push(wrongType('a list', value, path));
    else for (const [index, entry] of value.entries()) check(entry, `${path}[${index}]`, problems);
  };
}

/** An object with any keys. */
export function mapOf(check: Check): Check {
  return (value, path, problems) => {
    if (!isRecord(value)) problems.push(wrongType('an object', value, path));
    else for (const [key, entry] of Object.entries(value)) check(entry, path === '' ? key : `${path}.${key}`, problems);
  };
}

/** An object with these keys at most; `undefined` is absent. */
export function object(shape: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path, problems) => {
    if (!isRecord(value)) {
      problems.push(wrongType('an object', value, path));
      return;
    }
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of required) {
      if (value[key] === undefined) problems.push({ code: 'missing', path: at(key), message: 'is missing' });
    }
    for (const [key, entry] of Object.entries(value)) {
      const check = Object.hasOwn(shape, key) ? shape[key] : undefined;
      if (check === undefined) {
        const message = `is not a known key${suggestion(key, Object.keys(shape))}`;
        problems.push({ code: 'unknown_key', path: at(key), message });
      } else if (entry !== undefined) check(entry, at(key), problems);
    }
  };
}

/** An object whose `type` says which shape it has. */
export function byType(shapes: Readonly<Record<string, Check>>): Check {
  return (value, path, problems) => {
    if (!isRecord(value)) {
      problems.push(wrongType('an object', value, path));
      return;
    }
    const { type } = value;
    if (type === undefined) {
      problems.push({
        code: 'missing',
        path: `${path}.type`,
        message: `is missing; there are ${Object.keys(shapes).join(', ')}`,
      });
    } else if (typeof type === 'string' && Object.hasOwn(shapes, type)) shapes[type]?.(value, path, problems);
    else oneOf(Object.keys(shapes))(type, `${path}.type`, problems);
  };
}

/** An object, or a function, with these functions, whatever else it has. */
export function having(...names: readonly string[]): Check {
  return (value, path, problems) => {
    if (typeof value !== 'function' && !isRecord(value)) problems.push(wrongType('an object', value, path));
    else {
      for (const name of names) {
        const member: unknown = Reflect.get(value, name);
        if (typeof member !== 'function') problems.push(wrongType('a function', member, `${path}.${name}`));
      }
    }
  };
}
