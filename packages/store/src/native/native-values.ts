import type { NativeBlock, NativeColumn } from './native-reader.ts';

/** Values of columns as the model's types. A wrong kind of column is a bug and throws. */

export function column(block: NativeBlock, name: string): NativeColumn {
  const found = block.columns.get(name);
  if (found === undefined) throw new Error(`the result has no column ${name}`);
  return found;
}

/** A column of which the schema says what kind it is. */
export function columnOfKind<Kind extends NativeColumn['kind']>(
  block: NativeBlock,
  name: string,
  kind: Kind,
): ColumnOfKind<Kind> {
  return ofKind(column(block, name), kind);
}

export function ofKind<Kind extends NativeColumn['kind']>(from: NativeColumn, kind: Kind): ColumnOfKind<Kind> {
  if (from.kind !== kind) throw wrongKind(from, kind);
  return from as ColumnOfKind<Kind>; // just checked
}

type ColumnOfKind<Kind> = Extract<NativeColumn, { readonly kind: Kind }>;

export function textAt(from: NativeColumn, row: number): string {
  if (from.kind === 'dictionary') {
    const index = from.indexes[row] ?? 0;
    return (from.texts[index] ??= textAt(from.keys, index));
  }
  if (from.kind !== 'bytes') throw wrongKind(from, 'text');
  return from.bytes.toString('utf8', from.starts[row], from.ends[row]);
}

/** A view; it lives as long as the result. */
export function bytesAt(from: NativeColumn, row: number): Uint8Array {
  if (from.kind !== 'bytes') throw wrongKind(from, 'bytes');
  return from.bytes.subarray(from.starts[row], from.ends[row]);
}

export function hexAt(from: NativeColumn, row: number): string {
  if (from.kind !== 'bytes') throw wrongKind(from, 'bytes');
  return from.bytes.toString('hex', from.starts[row], from.ends[row]);
}

export function numberAt(from: NativeColumn, row: number): number {
  if (from.kind === 'bigint') return Number(from.values[row]);
  if (from.kind !== 'number') throw wrongKind(from, 'number');
  return from.values[row] ?? 0;
}

export function bigintAt(from: NativeColumn, row: number): bigint {
  if (from.kind !== 'bigint') throw wrongKind(from, 'bigint');
  return from.values[row] ?? 0n;
}

export function textsAt(from: NativeColumn, row: number): string[] {
  if (from.kind !== 'list') throw wrongKind(from, 'list');
  const texts: string[] = [];
  for (let i = row === 0 ? 0 : (from.ends[row - 1] ?? 0); i < (from.ends[row] ?? 0); i++) {
    texts.push(textAt(from.elements, i));
  }
  return texts;
}

export function numbersAt(from: NativeColumn, row: number): number[] {
  if (from.kind !== 'list') throw wrongKind(from, 'list');
  const numbers: number[] = [];
  for (let i = row === 0 ? 0 : (from.ends[row - 1] ?? 0); i < (from.ends[row] ?? 0); i++) {
    numbers.push(numberAt(from.elements, i));
  }
  return numbers;
}

/** Low and high half of each element; the engine and this run on little-endian machines. */
export function halvesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function wrongKind(from: NativeColumn, wanted: string): Error {
  return new Error(`a ${from.kind} column was read as ${wanted}`);
}
