import { DecodeError } from '../decode-error.ts';
import type { DecodedSpans } from '../decoded-spans.ts';
import { SpanResults } from '../mapping/span-results.ts';
import { readThriftBatch } from './read-thrift-batch.ts';
import { BinaryProtocol } from './thrift-binary.ts';
import { CompactProtocol } from './thrift-compact.ts';
import { readStruct, type ThriftProtocol, ThriftType } from './thrift-protocol.ts';

/**
 * A Jaeger `Batch` in Thrift's binary protocol, as clients post it to `/api/traces`: the bare struct, or the arguments
 * of a call of `emitBatch` with a message header, strict or old. Throws `DecodeError` for bytes that are not that; a
 * span without usable ids or start is rejected. Mapping: see `spanFromJaeger`.
 */
export function decodeJaegerThrift(bytes: Uint8Array): DecodedSpans {
  const protocol = new BinaryProtocol(bytes);
  const results = new SpanResults();
  const message = protocol.messageBegin();
  if (message === undefined) readThriftBatch(protocol, results);
  else if (message === 'emitBatch') readArguments(protocol, results);
  else
    throw new DecodeError(
      'unsupported_payload',
      `Thrift: the message is not emitBatch, but ${JSON.stringify(message)}`,
    );
  checkEnd(protocol.remaining);
  return results.decoded;
}

/** A bare Jaeger `Batch` in Thrift's compact protocol. Otherwise as {@link decodeJaegerThrift}. */
export function decodeJaegerThriftCompact(bytes: Uint8Array): DecodedSpans {
  const protocol = new CompactProtocol(bytes);
  const results = new SpanResults();
  readThriftBatch(protocol, results);
  checkEnd(protocol.remaining);
  return results.decoded;
}

function readArguments(protocol: ThriftProtocol, results: SpanResults): void {
  readStruct(protocol, (id, type) => {
    if (id !== 1 || type !== ThriftType.STRUCT) return false;
    readThriftBatch(protocol, results);
    return true;
  });
}

function checkEnd(remaining: number): void {
  if (remaining > 0) throw new DecodeError('malformed_payload', `Thrift: ${remaining} bytes after the batch`);
}
