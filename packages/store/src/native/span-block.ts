import { AttributeType, serviceName, type SpanColumns } from '@throughline/model';
import { canonicalResource, canonicalScope } from '../sql/canonical-text.ts';
import { hashArray, hashWithMapEntries } from './attribute-tokens.ts';
import { appendUint32, appendUint64, halves, isFalseText, varintLength } from './append-values.ts';
import { appendText, internString, TextInterning } from './block-text.ts';
import { ByteInterner, hashBytes, mixHash } from './byte-interner.ts';
import { EventColumns } from './event-columns.ts';
import { LinkColumns } from './link-columns.ts';
import {
  type BlockColumn,
  blockChunks,
  DictionarySubset,
  LowCardinalityColumn,
  MapColumn,
  RawColumn,
  StringColumn,
} from './native-block-writer.ts';
import { RowKeys } from './row-keys.ts';

const PRIME = 0x01000193;

/**
 * Rows of the table `spans` as the engine's columns, appended batch by batch without an object per span.
 *
 * Text that is not UTF-8 is stored with U+FFFD in place of what is not, which is what every reader would make of it;
 * so SQL and the in-memory interpreter see the same strings.
 */
export class SpanBlock {
  readonly #keys: ByteInterner;
  #errorKey = 0;
  readonly #tenant: LowCardinalityColumn;
  readonly #traceId = new RawColumn('trace_id', 'FixedString(16)');
  readonly #spanId = new RawColumn('span_id', 'FixedString(8)');
  readonly #parentSpanId = new RawColumn('parent_span_id', 'FixedString(8)');
  readonly #start = new RawColumn('start_time_unix_nano', 'UInt64');
  readonly #duration = new RawColumn('duration_nano', 'UInt64');
  readonly #negativeDuration = new RawColumn('negative_duration_nano', 'UInt64');
  readonly #service: LowCardinalityColumn;
  readonly #name: LowCardinalityColumn;
  readonly #kind = new RawColumn('kind', 'UInt8');
  readonly #statusCode = new RawColumn('status_code', 'UInt8');
  readonly #statusMessage = new StringColumn('status_message');
  readonly #isError = new RawColumn('is_error', 'UInt8');
  readonly #traceState = new StringColumn('trace_state');
  readonly #flags = new RawColumn('flags', 'UInt32');
  readonly #weight = new RawColumn('weight', 'Float64');
  readonly #droppedAttributes = new RawColumn('dropped_attributes_count', 'UInt32');
  readonly #droppedEvents = new RawColumn('dropped_events_count', 'UInt32');
  readonly #droppedLinks = new RawColumn('dropped_links_count', 'UInt32');
  readonly #resource: LowCardinalityColumn;
  readonly #scope: LowCardinalityColumn;
  readonly #strings: MapColumn;
  readonly #ints: MapColumn;
  readonly #doubles: MapColumn;
  readonly #bools: MapColumn;
  readonly #others: MapColumn;
  readonly #events: EventColumns;
  readonly #links = new LinkColumns();
  readonly #contentHash = new RawColumn('content_hash', 'UInt32');
  readonly #columns: readonly BlockColumn[];

  readonly #texts = new TextInterning();
  readonly #rowKeys: RowKeys;

  rowCount = 0;

  /** @param seed of the hash tables; random, so that a sender cannot aim at collisions. */
  constructor(seed: number) {
    const interner = (): ByteInterner => new ByteInterner(seed);
    this.#keys = interner();
    this.#rowKeys = new RowKeys(this.#keys, this.#texts);
    this.#tenant = new LowCardinalityColumn('tenant', interner());
    this.#service = new LowCardinalityColumn('service', interner());
    this.#name = new LowCardinalityColumn('name', interner());
    this.#resource = new LowCardinalityColumn('resource', interner());
    this.#scope = new LowCardinalityColumn('scope', interner());
    const map = (name: string, type: string): MapColumn => new MapColumn(name, type, new DictionarySubset(this.#keys));
    this.#strings = map('attr_string', 'String');
    this.#ints = map('attr_int', 'Int64');
    this.#doubles = map('attr_double', 'Float64');
    this.#bools = map('attr_bool', 'UInt8');
    this.#others = map('attr_other', 'String');
    this.#events = new EventColumns(interner(), this.#texts);
    this.#columns = [
      this.#tenant,
      this.#traceId,
      this.#spanId,
      this.#parentSpanId,
      this.#start,
      this.#duration,
      this.#negativeDuration,
      this.#service,
      this.#name,
      this.#kind,
      this.#statusCode,
      this.#statusMessage,
      this.#isError,
      this.#traceState,
      this.#flags,
      this.#weight,
      this.#droppedAttributes,
      this.#droppedEvents,
      this.#droppedLinks,
      this.#resource,
      this.#scope,
      this.#strings,
      this.#ints,
      this.#doubles,
      this.#bools,
      this.#others,
      ...this.#events.columns,
      ...this.#links.columns,
      this.#contentHash,
    ];
    this.clear();
  }

  get columnNames(): readonly string[] {
    return this.#columns.map((column) => column.name);
  }

  /** The block as chunks that stay valid until it is cleared or appended to. */
  chunks(): Uint8Array[] {
    return blockChunks(this.rowCount, this.#columns);
  }

  /** What tells the block's rows from others: tenant, ids and content hashes. */
  identityChunks(): Uint8Array[] {
    const identity = [this.#tenant, this.#traceId, this.#spanId, this.#contentHash];
    return blockChunks(this.rowCount, identity);
  }

  clear(): void {
    for (const column of this.#columns) column.clear();
    this.#keys.clear();
    this.#texts.clear();
    this.#rowKeys.clear();
    this.#errorKey = this.#texts.intern(this.#keys, Buffer.from('error'), 0, 5);
    this.rowCount = 0;
  }

  append(tenant: string, columns: SpanColumns): void {
    const { spanCount, source } = columns;
    if (spanCount === 0) return;
    const tenantId = internString(this.#tenant.data.dictionary, tenant);
    const services = columns.resources.map((resource) =>
      internString(this.#service.data.dictionary, serviceName(resource)),
    );
    const resources = columns.resources.map((resource) =>
      internString(this.#resource.data.dictionary, canonicalResource(resource)),
    );
    const scopes = columns.scopes.map((scope) => internString(this.#scope.data.dictionary, canonicalScope(scope)));

    this.#start.appendArray(columns.startTimeUnixNano.subarray(0, spanCount));
    this.#kind.appendArray(columns.kind.subarray(0, spanCount));
    this.#statusCode.appendArray(columns.statusCode.subarray(0, spanCount));
    this.#flags.appendArray(columns.flags.subarray(0, spanCount));
    this.#weight.appendArray(columns.weight.subarray(0, spanCount));
    this.#droppedAttributes.appendArray(columns.droppedAttributesCount.subarray(0, spanCount));
    this.#droppedEvents.appendArray(columns.droppedEventsCount.subarray(0, spanCount));
    this.#droppedLinks.appendArray(columns.droppedLinksCount.subarray(0, spanCount));
    this.#appendIds(columns);
    const starts = halves(columns.startTimeUnixNano);
    const ends = halves(columns.endTimeUnixNano);
    this.#duration.data.reserve(8 * spanCount);
    this.#negativeDuration.data.reserve(8 * spanCount);
    const numbers = halves(columns.attributeNumber);

    for (let row = 0; row < spanCount; row++) {
      const startLow = starts[2 * row]!;
      const startHigh = starts[2 * row + 1]!;
      const endLow = ends[2 * row]!;
      const endHigh = ends[2 * row + 1]!;
      const negative = endHigh < startHigh || (endHigh === startHigh && endLow < startLow);
      const low = negative ? startLow - endLow : endLow - startLow;
      const high = (negative ? startHigh - endHigh : endHigh - startHigh) - (low < 0 ? 1 : 0);
      appendUint64((negative ? this.#negativeDuration : this.#duration).data, low, high);
      appendUint64((negative ? this.#duration : this.#negativeDuration).data, 0, 0);

      const resourceIndex = columns.resource[row]!;
      const resourceId = resources[resourceIndex]!;
      const scopeId = scopes[columns.scope[row]!]!;
      const nameId = this.#texts.intern(
        this.#name.data.dictionary,
        source,
        columns.nameStart[row]!,
        columns.nameEnd[row]!,
      );
      this.#tenant.data.indexes.push(tenantId);
      this.#service.data.indexes.push(services[resourceIndex]!);
      this.#resource.data.indexes.push(resourceId);
      this.#scope.data.indexes.push(scopeId);
      this.#name.data.indexes.push(nameId);

      let hash = startLow ^ Math.imul(startHigh, 0x9e3779b1);
      hash = mixHash(hash ^ Math.imul(endLow, 0x85ebca77) ^ Math.imul(endHigh, 0xc2b2ae3d));
      hash = Math.imul(hash ^ this.#name.data.dictionary.contentHash(nameId), PRIME);
      hash = Math.imul(hash ^ this.#resource.data.dictionary.contentHash(resourceId), PRIME);
      hash = Math.imul(hash ^ this.#scope.data.dictionary.contentHash(scopeId), PRIME);
      hash = Math.imul(hash ^ (columns.kind[row]! | (columns.statusCode[row]! << 8)), PRIME);
      hash = Math.imul(hash ^ columns.flags[row]!, PRIME);
      hash = Math.imul(hash ^ columns.droppedAttributesCount[row]!, PRIME);
      hash = Math.imul(hash ^ columns.droppedEventsCount[row]!, PRIME);
      hash = Math.imul(hash ^ columns.droppedLinksCount[row]!, PRIME);
      const parent = columns.parentSpanId[row]!;
      if (parent !== 0) hash = mixHash(hash ^ hashBytes(source, parent, parent + 8));
      hash = appendText(
        this.#statusMessage.data,
        source,
        columns.statusMessageStart[row]!,
        columns.statusMessageEnd[row]!,
        hash,
      );
      hash = appendText(
        this.#traceState.data,
        source,
        columns.traceStateStart[row]!,
        columns.traceStateEnd[row]!,
        mixHash(hash),
      );
      this.#errorFound = columns.statusCode[row] === 2;
      hash = mixHash(hash) ^ this.#appendAttributes(columns, row, numbers);
      this.#isError.data.appendByte(this.#errorFound ? 1 : 0);
      hash = this.#events.append(columns, row, hash);
      hash = this.#links.append(columns, row, hash);
      appendUint32(this.#contentHash.data, mixHash(hash));
    }
    this.rowCount += spanCount;
  }

  #errorFound = false;

  #appendIds(columns: SpanColumns): void {
    const { spanCount, source, traceId, spanId, parentSpanId } = columns;
    this.#traceId.data.reserve(16 * spanCount);
    this.#spanId.data.reserve(8 * spanCount);
    this.#parentSpanId.data.reserve(8 * spanCount);
    const traceIds = this.#traceId.data.bytes;
    const spanIds = this.#spanId.data.bytes;
    const parentIds = this.#parentSpanId.data.bytes;
    let traceAt = this.#traceId.data.length;
    let spanAt = this.#spanId.data.length;
    for (let row = 0; row < spanCount; row++) {
      const trace = traceId[row]!;
      const span = spanId[row]!;
      const parent = parentSpanId[row]!;
      for (let i = 0; i < 16; i++) traceIds[traceAt++] = source[trace + i]!;
      for (let i = 0; i < 8; i++) {
        parentIds[spanAt] = parent === 0 ? 0 : source[parent + i]!;
        spanIds[spanAt++] = source[span + i]!;
      }
    }
    this.#traceId.data.length = traceAt;
    this.#spanId.data.length = spanAt;
    this.#parentSpanId.data.length = spanAt;
  }

  /** Appends the row's attributes to the maps by type. Returns a hash that does not depend on their order. */
  #appendAttributes(columns: SpanColumns, row: number, numbers: Uint32Array): number {
    const from = row === 0 ? 0 : columns.attributeEnd[row - 1]!;
    const to = columns.attributeEnd[row]!;
    const rowKeys = this.#rowKeys;
    const repeated = rowKeys.intern(columns, from, to);
    const { source, attributeType, attributeValueStart, attributeValueEnd } = columns;
    const keys = rowKeys.ids.values;
    let sum = 0;
    for (let attribute = from; attribute < to; attribute++) {
      const key = keys[attribute - from]!;
      if (repeated && rowKeys.lastAttribute(key) !== attribute) continue;
      const start = attributeValueStart[attribute]!;
      const end = attributeValueEnd[attribute]!;
      const type = attributeType[attribute]!;
      let hash = Math.imul(this.#keys.contentHash(key) ^ type, PRIME);
      switch (type) {
        case AttributeType.STRING:
          this.#strings.keys.indexes.push(this.#strings.keys.dictionary.local(key));
          hash = appendText(this.#strings.values, source, start, end, hash);
          if (key === this.#errorKey && !isFalseText(source, start, end)) this.#errorFound = true;
          break;
        case AttributeType.INT:
        case AttributeType.DOUBLE: {
          const map = type === AttributeType.INT ? this.#ints : this.#doubles;
          const low = numbers[2 * attribute]!;
          const high = numbers[2 * attribute + 1]!;
          map.keys.indexes.push(map.keys.dictionary.local(key));
          appendUint64(map.values, low, high);
          hash = Math.imul(mixHash(hash ^ low) ^ high, PRIME);
          if (key === this.#errorKey) this.#errorFound = true;
          break;
        }
        case AttributeType.BOOL: {
          const value = numbers[2 * attribute] === 0 ? 0 : 1;
          this.#bools.keys.indexes.push(this.#bools.keys.dictionary.local(key));
          this.#bools.values.appendByte(value);
          hash = Math.imul(hash ^ value, PRIME);
          if (key === this.#errorKey && value === 1) this.#errorFound = true;
          break;
        }
        default:
          this.#others.keys.indexes.push(this.#others.keys.dictionary.local(key));
          this.#appendAnyValue(type, source, start, end);
          hash = Math.imul(hash ^ hashOther(type, source, start, end), PRIME);
          if (key === this.#errorKey) this.#errorFound = true;
      }
      sum = (sum + mixHash(hash)) | 0;
    }
    this.#strings.lists.ends.push(this.#strings.keys.indexes.length);
    this.#ints.lists.ends.push(this.#ints.keys.indexes.length);
    this.#doubles.lists.ends.push(this.#doubles.keys.indexes.length);
    this.#bools.lists.ends.push(this.#bools.keys.indexes.length);
    this.#others.lists.ends.push(this.#others.keys.indexes.length);
    return sum;
  }

  #appendAnyValue(type: number, source: Uint8Array, start: number, end: number): void {
    const { values } = this.#others;
    if (type === AttributeType.EMPTY) {
      values.appendByte(0);
      return;
    }
    const count = end - start;
    values.appendVarint(1 + varintLength(count) + count);
    values.appendByte((type << 3) | 2);
    values.appendVarint(count);
    values.append(source, start, end);
  }

  /** Bytes the block takes now: what its file will have, but for headers and dictionaries. */
  get byteCount(): number {
    const perRow = 6 * 4 + 16 + 8 + 8 + 8 * 3 + 3 + 4 * 5 + 8 + 8 * 10;
    return (
      this.rowCount * perRow +
      this.#statusMessage.data.length +
      this.#traceState.data.length +
      this.#strings.values.length +
      this.#ints.values.length +
      this.#doubles.values.length +
      this.#others.values.length +
      4 * (this.#strings.keys.indexes.length + this.#ints.keys.indexes.length) +
      this.#events.byteCount +
      this.#links.byteCount +
      this.#name.data.dictionary.data.length +
      this.#resource.data.dictionary.data.length
    );
  }
}

function hashOther(type: number, source: Uint8Array, start: number, end: number): number {
  if (type === AttributeType.MAP) return hashWithMapEntries(source, start, end, 1);
  return type === AttributeType.ARRAY ? hashArray(source, start, end) : hashBytes(source, start, end);
}
