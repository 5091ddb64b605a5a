import {
  attributeKeyField,
  writeBoolAttribute,
  writeDoubleAttribute,
  writeDroppedCounts,
  writeEncodedAttribute,
  writeEncodedEvent,
  writeEncodedLink,
  writeIntAttribute,
  writeSpanFlags,
  writeStatus,
  writeStringAttribute,
  writeTraceState,
} from '@throughline/wire';
import { eachMessage } from './message-list.ts';
import type { BytesColumn, NativeBlock, NativeColumn } from './native-reader.ts';
import { column, columnOfKind, halvesOf, numberAt, ofKind } from './native-values.ts';

/** The fields of a stored row's span that have no column in `TraceColumns`, from the stored bytes as they are. */
export class DetailsOfBlock {
  readonly #traceState: BytesColumn;
  readonly #statusCode: NativeColumn;
  readonly #statusMessage: BytesColumn;
  readonly #flags: NativeColumn;
  readonly #droppedAttributes: NativeColumn;
  readonly #droppedEvents: NativeColumn;
  readonly #droppedLinks: NativeColumn;
  readonly #attributes: readonly ((row: number) => void)[];
  readonly #events: BytesColumn;
  readonly #links: BytesColumn;

  constructor(block: NativeBlock) {
    this.#traceState = columnOfKind(block, 'trace_state', 'bytes');
    this.#statusCode = column(block, 'status_code');
    this.#statusMessage = columnOfKind(block, 'status_message', 'bytes');
    this.#flags = column(block, 'flags');
    this.#droppedAttributes = column(block, 'dropped_attributes_count');
    this.#droppedEvents = column(block, 'dropped_events_count');
    this.#droppedLinks = column(block, 'dropped_links_count');
    this.#events = columnOfKind(block, 'events', 'bytes');
    this.#links = columnOfKind(block, 'links', 'bytes');
    this.#attributes = [
      attributeWriter(block, 'attr_string', (values) => {
        const { bytes, starts, ends } = ofKind(values, 'bytes');
        return (key, at) => writeStringAttribute(key, bytes, starts[at] ?? 0, ends[at] ?? 0);
      }),
      attributeWriter(block, 'attr_int', (values) => {
        const halves = halvesOf(ofKind(values, 'bigint').values);
        return (key, at) => writeIntAttribute(key, halves[2 * at] ?? 0, halves[2 * at + 1] ?? 0);
      }),
      attributeWriter(block, 'attr_double', (values) => {
        const halves = halvesOf(ofKind(values, 'number').values);
        return (key, at) => writeDoubleAttribute(key, halves[2 * at] ?? 0, halves[2 * at + 1] ?? 0);
      }),
      attributeWriter(block, 'attr_bool', (values) => (key, at) => {
        writeBoolAttribute(key, numberAt(values, at) !== 0);
      }),
      attributeWriter(block, 'attr_other', (values) => {
        const { bytes, starts, ends } = ofKind(values, 'bytes');
        return (key, at) => writeEncodedAttribute(key, bytes, starts[at] ?? 0, ends[at] ?? 0);
      }),
    ];
  }

  eventCount(row: number): number {
    return messagesOf(this.#events, row, ignore);
  }

  linkCount(row: number): number {
    return messagesOf(this.#links, row, ignore);
  }

  write(row: number): void {
    writeText(this.#traceState, row, writeTraceState);
    for (const writeAttributes of this.#attributes) writeAttributes(row);
    messagesOf(this.#events, row, writeEncodedEvent);
    messagesOf(this.#links, row, writeEncodedLink);
    writeDroppedCounts(
      numberAt(this.#droppedAttributes, row),
      numberAt(this.#droppedEvents, row),
      numberAt(this.#droppedLinks, row),
    );
    const { bytes, starts, ends } = this.#statusMessage;
    writeStatus(numberAt(this.#statusCode, row), bytes, starts[row] ?? 0, ends[row] ?? 0);
    writeSpanFlags(numberAt(this.#flags, row));
  }
}

type RangeWriter = (bytes: Uint8Array, start: number, end: number) => void;

const ignore: RangeWriter = () => {};

function messagesOf({ bytes, starts, ends }: BytesColumn, row: number, write: RangeWriter): number {
  return eachMessage(bytes, starts[row] ?? 0, ends[row] ?? 0, write);
}

function writeText({ bytes, starts, ends }: BytesColumn, row: number, write: RangeWriter): void {
  write(bytes, starts[row] ?? 0, ends[row] ?? 0);
}

/** Writes the attributes that a row has in one of the maps. */
function attributeWriter(
  block: NativeBlock,
  name: string,
  valueWriter: (values: NativeColumn) => (key: Uint8Array, at: number) => void,
): (row: number) => void {
  const { ends, keys, values } = columnOfKind(block, name, 'map');
  if (ends.at(-1) === 0) return () => {};
  const { keys: distinctKeys, indexes } = ofKind(keys, 'dictionary');
  const fields: (Uint8Array | undefined)[] = [];
  const write = valueWriter(values);
  return (row) => {
    const end = ends[row] ?? 0;
    for (let at = row === 0 ? 0 : (ends[row - 1] ?? 0); at < end; at++) {
      const index = indexes[at] ?? 0;
      const { bytes, starts, ends: keyEnds } = distinctKeys;
      const key = (fields[index] ??= attributeKeyField(bytes.subarray(starts[index], keyEnds[index])));
      write(key, at);
    }
  };
}
