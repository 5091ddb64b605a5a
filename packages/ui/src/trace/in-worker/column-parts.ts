import type { DetailBlock, TraceColumns } from '@throughline/model';

/** Small enough to be copied within a frame, between other things. */
export const PART_BYTES: number = 2 * 1024 * 1024;

type Kind = 'Float64Array' | 'Int32Array' | 'Uint32Array' | 'Uint8Array';

/** Columns without details and those that are large: what these will be when all their parts are there. */
export interface ColumnsShell {
  readonly small: Partial<TraceColumns>;
  readonly large: readonly LargeColumn[];
}

export interface LargeColumn {
  readonly name: string;
  readonly kind: Kind;
  readonly byteLength: number;
}

/** Some bytes of a large column; a buffer of its own, to be given away. */
export interface ColumnPart {
  readonly name: string;
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function shellOf(columns: TraceColumns, partBytes: number = PART_BYTES): ColumnsShell {
  const large: LargeColumn[] = [];
  const small: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(withoutDetails(columns))) {
    const kind = kindOf(column);
    if (kind === undefined || column.byteLength <= partBytes) small[name] = smallCopy(column);
    else large.push({ name, kind, byteLength: column.byteLength });
  }
  return { small, large };
}

function withoutDetails(columns: TraceColumns): TraceColumns {
  return { ...columns, detailBlocks: [] };
}

/** Copies the large columns, a part at each step. */
export function* partsOf(columns: TraceColumns, partBytes: number = PART_BYTES): Generator<ColumnPart, void> {
  for (const [name, column] of Object.entries(columns)) {
    if (kindOf(column) === undefined || column.byteLength <= partBytes) continue;
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    for (let at = 0; at < bytes.length; at += partBytes) yield { name, at, bytes: bytes.slice(at, at + partBytes) };
  }
}

/** A copy in a buffer of its own, to be given away. */
export function copyOfBlock(block: DetailBlock): { readonly block: DetailBlock; readonly buffer: ArrayBuffer } {
  const buffer = new ArrayBuffer(block.end.byteLength + block.bytes.length);
  const end = new Uint32Array(buffer, 0, block.end.length);
  const bytes = new Uint8Array(buffer, end.byteLength);
  end.set(block.end);
  bytes.set(block.bytes);
  return { block: { ...block, end, bytes }, buffer };
}

/** Puts columns together again. */
export interface ColumnGatherer {
  readonly add: (part: ColumnPart) => void;
  /** When all parts are there; the details are added to `detailBlocks` as they come. */
  readonly columns: (detailBlocks: readonly DetailBlock[]) => TraceColumns;
}

export function gatherColumns({ small, large }: ColumnsShell): ColumnGatherer {
  const buffers = new Map(large.map(({ name, byteLength }) => [name, new Uint8Array(byteLength)]));
  return {
    add: ({ name, at, bytes }) => buffers.get(name)?.set(bytes, at),
    columns: (detailBlocks) => {
      const whole: Record<string, unknown> = { ...small, detailBlocks };
      for (const { name, kind } of large) whole[name] = viewOf(kind, buffers.get(name)?.buffer ?? new ArrayBuffer(0));
      // The shell of the same columns says what the large ones are.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return whole as unknown as TraceColumns;
    },
  };
}

function viewOf(kind: Kind, buffer: ArrayBuffer): ArrayBufferView {
  switch (kind) {
    case 'Float64Array':
      return new Float64Array(buffer);
    case 'Int32Array':
      return new Int32Array(buffer);
    case 'Uint32Array':
      return new Uint32Array(buffer);
    case 'Uint8Array':
      return new Uint8Array(buffer);
  }
}

function kindOf(column: unknown): Kind | undefined {
  if (column instanceof Float64Array) return 'Float64Array';
  if (column instanceof Int32Array) return 'Int32Array';
  if (column instanceof Uint32Array) return 'Uint32Array';
  return column instanceof Uint8Array ? 'Uint8Array' : undefined;
}

/** A view would take all of its buffer along to the worker. */
function smallCopy(column: unknown): unknown {
  if (Array.isArray(column)) return column.map(smallCopy);
  return kindOf(column) === undefined ? column : (column as Uint8Array).slice();
}
