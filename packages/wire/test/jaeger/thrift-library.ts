import { createRequire } from 'node:module';
import type { AttributeValue, Attributes, Span } from '@throughline/model';
import { serviceName } from '@throughline/model';
import { attributeText } from '../../src/mapping/attribute-text.ts';
import { jaegerFromSpan } from '../../src/jaeger/jaeger-from-span.ts';

/*
 * Writes Jaeger batches with Apache's own Thrift library, in the way Thrift's generated code does.
 */

interface Protocol {
  writeMessageBegin(name: string, type: number, sequenceId: number): void;
  writeMessageEnd(): void;
  writeStructBegin(name: string): void;
  writeStructEnd(): void;
  writeFieldBegin(name: string, type: number, id: number): void;
  writeFieldEnd(): void;
  writeFieldStop(): void;
  writeListBegin(elementType: number, count: number): void;
  writeListEnd(): void;
  writeI32(value: number): void;
  writeI64(value: unknown): void;
  writeDouble(value: number): void;
  writeBool(value: boolean): void;
  writeString(value: string | Buffer): void;
  writeBinary(value: Buffer): void;
  flush(): void;
}

interface ThriftLibrary {
  readonly TBufferedTransport: new (input: undefined, onFlush: (bytes: Buffer) => void) => unknown;
  readonly TBinaryProtocol: new (transport: unknown, strictRead: boolean, strictWrite: boolean) => Protocol;
  readonly TCompactProtocol: new (transport: unknown) => Protocol;
  readonly Int64: new (bytes: Buffer) => unknown;
  readonly Thrift: {
    readonly Type: Readonly<Record<string, number>>;
    readonly MessageType: { readonly ONEWAY: number };
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The package has no types; these are the parts of its API that are used here.
const thrift = createRequire(import.meta.url)('thrift') as ThriftLibrary;

type Value =
  | { readonly i32: number }
  | { readonly i64: bigint }
  | { readonly double: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly binary: Uint8Array }
  | { readonly struct: Struct }
  | { readonly structs: readonly Struct[] };

/** A struct's fields by id. */
export type Struct = readonly (readonly [id: number, value: Value])[];

const TYPES: Readonly<Record<string, string>> = {
  i32: 'I32',
  i64: 'I64',
  double: 'DOUBLE',
  bool: 'BOOL',
  string: 'STRING',
  binary: 'STRING',
  struct: 'STRUCT',
  structs: 'LIST',
};

function typeOf(value: Value): number {
  return thrift.Thrift.Type[TYPES[Object.keys(value)[0] ?? ''] ?? ''] ?? 0;
}

function writeStruct(protocol: Protocol, struct: Struct): void {
  protocol.writeStructBegin('');
  for (const [id, value] of struct) {
    protocol.writeFieldBegin('', typeOf(value), id);
    writeValue(protocol, value);
    protocol.writeFieldEnd();
  }
  protocol.writeFieldStop();
  protocol.writeStructEnd();
}

function writeValue(protocol: Protocol, value: Value): void {
  if ('i32' in value) protocol.writeI32(value.i32);
  else if ('i64' in value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value.i64);
    protocol.writeI64(new thrift.Int64(bytes));
  } else if ('double' in value) protocol.writeDouble(value.double);
  else if ('bool' in value) protocol.writeBool(value.bool);
  else if ('string' in value) protocol.writeString(value.string);
  else if ('binary' in value) protocol.writeBinary(Buffer.from(value.binary));
  else if ('struct' in value) writeStruct(protocol, value.struct);
  else {
    protocol.writeListBegin(thrift.Thrift.Type['STRUCT'] ?? 0, value.structs.length);
    for (const struct of value.structs) writeStruct(protocol, struct);
    protocol.writeListEnd();
  }
}

function bytesWritten(
  encoding: 'binary' | 'compact',
  isStrict: boolean,
  write: (protocol: Protocol) => void,
): Uint8Array {
  const parts: Buffer[] = [];
  const transport = new thrift.TBufferedTransport(undefined, (bytes) => parts.push(Buffer.from(bytes)));
  const protocol =
    encoding === 'binary'
      ? new thrift.TBinaryProtocol(transport, false, isStrict)
      : new thrift.TCompactProtocol(transport);
  write(protocol);
  protocol.flush();
  return new Uint8Array(Buffer.concat(parts));
}

export function structBytes(encoding: 'binary' | 'compact', struct: Struct): Uint8Array {
  return bytesWritten(encoding, true, (protocol) => writeStruct(protocol, struct));
}

/** A call of a method with one argument, with a message header. */
export function callBytes(
  name: string,
  isStrict: boolean,
  argument: Struct,
  encoding: 'binary' | 'compact' = 'binary',
): Uint8Array {
  return bytesWritten(encoding, isStrict, (protocol) => {
    protocol.writeMessageBegin(name, thrift.Thrift.MessageType.ONEWAY, encoding === 'binary' ? 7 : 0);
    writeStruct(protocol, [[1, { struct: argument }]]);
    protocol.writeMessageEnd();
  });
}

/** A `Batch` of spans of one resource. */
export function batchOf(spans: readonly Span[]): Struct {
  const resource = spans[0]?.resource;
  const tags = [...(resource?.attributes ?? [])].filter(([key]) => key !== 'service.name');
  return [
    [
      1,
      {
        struct: [
          [1, { string: resource === undefined ? '' : serviceName(resource) }],
          [2, { structs: tags.map(([key, value]) => tagStruct(key, value)) }],
        ],
      },
    ],
    [2, { structs: spans.map(spanStruct) }],
  ];
}

function spanStruct(span: Span): Struct {
  const jaeger = jaegerFromSpan(span);
  return [
    [1, { i64: int64(jaeger.traceId.slice(16)) }],
    [2, { i64: int64(jaeger.traceId.slice(0, 16)) }],
    [3, { i64: int64(jaeger.spanId) }],
    [4, { i64: int64(jaeger.parentSpanId || '0') }],
    [5, { string: jaeger.operationName }],
    [
      6,
      {
        structs: jaeger.references.map(({ followsFrom, traceId, spanId }) => [
          [1, { i32: followsFrom ? 1 : 0 }],
          [2, { i64: int64(traceId.slice(16)) }],
          [3, { i64: int64(traceId.slice(0, 16)) }],
          [4, { i64: int64(spanId) }],
        ]),
      },
    ],
    [7, { i32: jaeger.flags }],
    [8, { i64: jaeger.startTimeUnixNano / 1000n }],
    [9, { i64: jaeger.durationNano / 1000n }],
    [10, { structs: tagStructs(jaeger.tags) }],
    [
      11,
      {
        structs: jaeger.logs.map(({ timeUnixNano, fields }) => [
          [1, { i64: timeUnixNano / 1000n }],
          [2, { structs: tagStructs(fields) }],
        ]),
      },
    ],
  ];
}

function tagStructs(tags: Attributes): readonly Struct[] {
  return Array.from(tags, ([key, value]) => tagStruct(key, value));
}

function tagStruct(key: string, value: AttributeValue): Struct {
  const typed = (type: number, id: number, field: Value): Struct => [
    [1, { string: key }],
    [2, { i32: type }],
    [id, field],
  ];
  if (typeof value === 'number') return typed(1, 4, { double: value });
  if (typeof value === 'boolean') return typed(2, 5, { bool: value });
  if (typeof value === 'bigint') return typed(3, 6, { i64: value });
  if (value instanceof Uint8Array) return typed(4, 7, { binary: value });
  return typed(0, 3, { string: attributeText(value) });
}

function int64(hex: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hex}`));
}
