import { doubleText } from './canonical-text.ts';

/**
 * The values of a statement. Each method takes a value and returns the placeholder that stands for it in the SQL;
 * values never become part of the SQL text.
 */
export class SqlParameters {
  readonly #values: { readonly name: string; readonly literal: string }[] = [];

  string(value: string): string {
    // A lone surrogate has no UTF-8; the compiler keeps such texts away.
    return this.#add('String', quote(escapeControl(value.toWellFormed())));
  }

  strings(values: readonly string[]): string {
    return this.#add('Array(String)', quote(`[${values.map((value) => quote(value.toWellFormed())).join(',')}]`));
  }

  uint64(value: bigint): string {
    return this.#add('UInt64', quote(String(BigInt.asUintN(64, value))));
  }

  uint64s(values: readonly bigint[]): string {
    return this.#add('Array(UInt64)', quote(`[${values.join(',')}]`));
  }

  int64(value: bigint): string {
    return this.#add('Int64', quote(String(BigInt.asIntN(64, value))));
  }

  uint32(value: number): string {
    return this.#add('UInt32', quote(String(value >>> 0)));
  }

  double(value: number): string {
    return this.#add('Float64', quote(doubleText(value)));
  }

  /** Bytes given as hex digits. */
  bytes(hex: string): string {
    return `unhex(${this.#add('String', quote(hex))})`;
  }

  /** The values as the statement that sets them in a session; `''` without any. */
  setStatement(): string {
    if (this.#values.length === 0) return '';
    return `SET ${this.#values.map(({ name, literal }) => `param_${name} = ${literal}`).join(', ')}; `;
  }

  #add(type: string, literal: string): string {
    const name = `p${this.#values.length}`;
    this.#values.push({ name, literal });
    return `{${name}:${type}}`;
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (special) => `\\${special}`)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

/** The engine reads a String parameter as an escaped text, like a TSV field. */
function escapeControl(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  return text.replace(/[\\\t\n\r\0\b\f]/g, (special) => ESCAPES[special] ?? special);
}
