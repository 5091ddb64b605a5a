import type { SpanColumns } from '@throughline/model';
import { appendMessages, appendUint32 } from './append-values.ts';
import {
  findBytesField,
  hashWithMapEntries,
  type Range,
  type TokenSink,
  walkAttributeTokens,
} from './attribute-tokens.ts';
import type { TextInterning } from './block-text.ts';
import { type ByteInterner, mixHash } from './byte-interner.ts';
import { type BlockColumn, LowCardinalityArrayColumn, RawArrayColumn, StringColumn } from './native-block-writer.ts';

const PRIME = 0x01000193;

/** The events of a block's rows: as they came, and by name and attribute for searches. */
export class EventColumns {
  readonly #messages = new StringColumn('events');
  readonly #names: LowCardinalityArrayColumn;
  readonly #tokens = new RawArrayColumn('event_tokens', 'UInt32');
  readonly #texts: TextInterning;
  readonly #tokenSink: TokenSink;
  readonly #range: Range = { start: 0, end: 0 };
  readonly columns: readonly BlockColumn[];

  constructor(names: ByteInterner, texts: TextInterning) {
    this.#names = new LowCardinalityArrayColumn('event_names', names);
    this.#texts = texts;
    const { data } = this.#tokens;
    this.#tokenSink = { token: (hash) => appendUint32(data, hash) };
    this.columns = [this.#messages, this.#names, this.#tokens];
  }

  get byteCount(): number {
    return this.#messages.data.length;
  }

  /** Appends a row's events. Returns the row's hash with theirs in it. */
  append(columns: SpanColumns, row: number, rowHash: number): number {
    const from = row === 0 ? 0 : columns.eventEnd[row - 1]!;
    const to = columns.eventEnd[row]!;
    let hash = rowHash;
    if (from < to) {
      const { source, eventMessageStart, eventMessageEnd } = columns;
      appendMessages(this.#messages.data, source, eventMessageStart, eventMessageEnd, from, to);
      const range = this.#range;
      for (let event = from; event < to; event++) {
        const start = eventMessageStart[event]!;
        const end = eventMessageEnd[event]!;
        findBytesField(source, start, end, 2, range);
        const { dictionary, indexes } = this.#names.data;
        indexes.push(this.#texts.intern(dictionary, source, range.start, range.end));
        walkAttributeTokens(source, start, end, 3, this.#tokenSink);
        hash = Math.imul(mixHash(hash) ^ hashWithMapEntries(source, start, end, 3), PRIME);
      }
    } else {
      this.#messages.data.appendByte(0);
    }
    this.#names.lists.ends.push(this.#names.data.indexes.length);
    this.#tokens.lists.ends.push(this.#tokens.data.length / 4);
    return hash;
  }
}
