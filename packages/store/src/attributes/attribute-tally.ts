import { type AttributeValue, isAttributes } from '@throughline/model';
import { doubleText } from '../sql/canonical-text.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeHolder,
  type AttributeName,
  type AttributeType,
  type AttributeValueCount,
} from './attribute-types.ts';

/** The type of a value; undefined for null, which is none. */
export function attributeTypeOf(value: AttributeValue): AttributeType | undefined {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      if (value === null) return undefined;
      if (value instanceof Uint8Array) return 'bytes';
      return isAttributes(value) ? 'map' : 'array';
  }
}

/** Collects names with their types. */
export class NameTally {
  readonly #names = new Map<AttributeHolder, Map<string, Set<AttributeType>>>();

  add(scope: AttributeHolder, name: string, type: AttributeType | undefined): void {
    if (type === undefined) return;
    let names = this.#names.get(scope);
    if (names === undefined) this.#names.set(scope, (names = new Map()));
    const types = names.get(name);
    if (types === undefined) names.set(name, new Set([type]));
    else types.add(type);
  }

  addAll(scope: AttributeHolder, attributes: ReadonlyMap<string, AttributeValue>): void {
    for (const [name, value] of attributes) this.add(scope, name, attributeTypeOf(value));
  }

  /** Sorted by name, then scope. */
  names(): readonly AttributeName[] {
    return [...this.#names]
      .flatMap(([scope, names]) =>
        [...names].map(([name, types]) => ({ name, scope, types: ATTRIBUTE_TYPES.filter((type) => types.has(type)) })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.scope < b.scope ? -1 : 1));
  }
}

/** Adds up the weights of scalar values. */
export class ValueTally {
  readonly #values = new Map<string, { -readonly [Key in keyof AttributeValueCount]: AttributeValueCount[Key] }>();

  /** Values that are not scalars are left out. */
  add(value: AttributeValue | undefined, count: number): void {
    if (value === undefined || value === null || typeof value === 'object') return;
    const key = `${typeof value} ${typeof value === 'number' ? doubleKey(value) : String(value)}`;
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, { type: scalarTypeOf(value), value, count });
    else known.count += count;
  }

  /** Most frequent first, then by type and value. */
  mostFrequent(limit: number): readonly AttributeValueCount[] {
    return [...this.#values.values()].sort(compareCounts).slice(0, limit);
  }
}

/** Zero with and without its sign are two doubles. */
export function doubleKey(value: number): string {
  return doubleText(value);
}

export function scalarTypeOf(value: string | bigint | number | boolean): AttributeValueCount['type'] {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      return 'bool';
  }
}

/** Most frequent first, then by type and value. */
export function compareCounts(a: AttributeValueCount, b: AttributeValueCount): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.type !== b.type) return ATTRIBUTE_TYPES.indexOf(a.type) - ATTRIBUTE_TYPES.indexOf(b.type);
  // Texts by their bytes, as the engine orders them.
  if (typeof a.value === 'string') return Buffer.compare(Buffer.from(a.value), Buffer.from(String(b.value)));
  if (Number.isNaN(a.value)) return 1;
  return Number.isNaN(b.value) || a.value < b.value ? -1 : 1;
}
