import type { SpanColumns } from '@throughline/model';
import { appendMessages, appendUint32 } from './append-values.ts';
import {
  findBytesField,
  hashWithMapEntries,
  type Range,
  type TokenSink,
  walkAttributeTokens,
} from './attribute-tokens.ts';
import { mixHash } from './byte-interner.ts';
import { type BlockColumn, RawArrayColumn, StringColumn } from './native-block-writer.ts';

const PRIME = 0x01000193;

/** The links of a block's rows: as they came, and by target and attribute for searches. */
export class LinkColumns {
  readonly #messages = new StringColumn('links');
  readonly #traceIds = new RawArrayColumn('link_trace_ids', 'FixedString(16)');
  readonly #spanIds = new RawArrayColumn('link_span_ids', 'FixedString(8)');
  readonly #tokens = new RawArrayColumn('link_tokens', 'UInt32');
  readonly #tokenSink: TokenSink;
  readonly #range: Range = { start: 0, end: 0 };
  readonly columns: readonly BlockColumn[];

  constructor() {
    const { data } = this.#tokens;
    this.#tokenSink = { token: (hash) => appendUint32(data, hash) };
    this.columns = [this.#messages, this.#traceIds, this.#spanIds, this.#tokens];
  }

  get byteCount(): number {
    return this.#messages.data.length;
  }

  /** Appends a row's links. Returns the row's hash with theirs in it. */
  append(columns: SpanColumns, row: number, rowHash: number): number {
    const from = row === 0 ? 0 : columns.linkEnd[row - 1]!;
    const to = columns.linkEnd[row]!;
    let hash = rowHash;
    if (from < to) {
      const { source, linkMessageStart, linkMessageEnd } = columns;
      appendMessages(this.#messages.data, source, linkMessageStart, linkMessageEnd, from, to);
      const range = this.#range;
      for (let link = from; link < to; link++) {
        const start = linkMessageStart[link]!;
        const end = linkMessageEnd[link]!;
        findBytesField(source, start, end, 1, range);
        if (range.end - range.start === 16) this.#traceIds.data.append(source, range.start, range.end);
        findBytesField(source, start, end, 2, range);
        if (range.end - range.start === 8) this.#spanIds.data.append(source, range.start, range.end);
        walkAttributeTokens(source, start, end, 4, this.#tokenSink);
        hash = Math.imul(mixHash(hash) ^ hashWithMapEntries(source, start, end, 4), PRIME) ^ 1;
      }
    } else {
      this.#messages.data.appendByte(0);
    }
    this.#traceIds.lists.ends.push(this.#traceIds.data.length / 16);
    this.#spanIds.lists.ends.push(this.#spanIds.data.length / 8);
    this.#tokens.lists.ends.push(this.#tokens.data.length / 4);
    return hash;
  }
}
