import { isRecord, shown } from './checks.ts';
import { type ConfigProblem, suggestion } from './config-error.ts';

interface Kinds {
  readonly string: string;
  readonly boolean: boolean;
  readonly number: number;
}

/** A mapping of a configuration file with its path. Reading what has another type adds a problem and gives undefined. */
export class FileNode {
  readonly #content: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: ConfigProblem[];

  /** `null` is a mapping with nothing in it, as in `always_on:`. */
  constructor(content: unknown, path: string, problems: ConfigProblem[]) {
    this.#content = isRecord(content) ? content : {};
    this.#path = path;
    this.#problems = problems;
    if (content !== null && !isRecord(content))
      problems.push({ code: 'wrong_type', path, message: 'must be a mapping' });
  }

  keys(): string[] {
    return Object.keys(this.#content);
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#content, key) ? this.#content[key] : undefined;
  }

  problem(code: string, key: string, message: string): void {
    this.#problems.push({ code, path: this.#path === '' ? key : `${this.#path}.${key}`, message });
  }

  /** Every other key is a problem. */
  only(known: readonly string[]): void {
    for (const key of this.keys()) {
      if (!known.includes(key)) this.problem('unknown_key', key, `is not a known key${suggestion(key, known)}`);
    }
  }

  /** The one key of a mapping that says by it which kind of thing it is. */
  single<K extends string>(known: readonly K[]): readonly [K, FileNode] | undefined {
    const [key = '', ...more] = this.keys();
    const found = known.find((name) => name === key);
    if (found === undefined || more.length > 0) {
      this.problem('unknown_key', key, `must be the only key and known${suggestion(key, known)}`);
      return undefined;
    }
    return [found, new FileNode(this.#content[found], this.#at(found), this.#problems)];
  }

  node(key: string): FileNode | undefined {
    const value = this.value(key);
    // `null` is present where it stands for a mapping without entries.
    return value === undefined ? undefined : new FileNode(value, this.#at(key), this.#problems);
  }

  nodes(key: string): FileNode[] {
    const value = this.value(key);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) {
      return value.map((entry, index) => new FileNode(entry, `${this.#at(key)}[${index}]`, this.#problems));
    }
    this.problem('wrong_type', key, 'must be a list');
    return [];
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    // An unquoted `1.0` is a number to YAML.
    if (typeof value === 'number')
      return Number.isInteger(value) && key === 'file_format' ? value.toFixed(1) : String(value);
    return this.#typed(key, value, 'string', 'text');
  }

  /** One of these words. */
  choice<W extends string>(key: string, words: readonly W[]): W | undefined {
    const value = this.text(key);
    const found = words.find((word) => word === value);
    if (value !== undefined && found === undefined) {
      this.problem('unknown_value', key, `is ${shown(value)}${suggestion(value, words)}`);
    }
    return found;
  }

  /** A list of texts; undefined where there is none. */
  texts(key: string): readonly string[] | undefined {
    const value = this.value(key);
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    this.problem('wrong_type', key, 'must be a list of texts');
    return undefined;
  }

  flag(key: string): boolean | undefined {
    return this.#typed(key, this.value(key), 'boolean', 'true or false');
  }

  count(key: string): number | undefined {
    const value = this.#typed(key, this.value(key), 'number', 'a number');
    if (value === undefined || (Number.isInteger(value) && value >= 0)) return value;
    this.problem('out_of_range', key, 'must be a whole number, at least 0');
    return undefined;
  }

  part(key: string): number | undefined {
    const value = this.#typed(key, this.value(key), 'number', 'a number');
    if (value === undefined || (value >= 0 && value <= 1)) return value;
    this.problem('out_of_range', key, 'must be a number from 0 to 1');
    return undefined;
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #typed<K extends keyof Kinds>(key: string, value: unknown, type: K, expected: string): Kinds[K] | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    // `Kinds` says what values the names of `typeof` stand for.
    if (typeof value === type) return value as Kinds[K];
    this.problem('wrong_type', key, `must be ${expected}`);
    return undefined;
  }
}
