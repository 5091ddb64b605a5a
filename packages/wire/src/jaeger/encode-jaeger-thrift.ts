import type { Span } from '@throughline/model';
import { spansByResource } from './spans-by-resource.ts';
import { thriftBinaryWriter, thriftCompactWriter, type ThriftWriter } from './thrift-writer.ts';
import { ThriftType } from './thrift-protocol.ts';
import { writeThriftBatch, writeThriftProcess, writeThriftSpan } from './write-thrift-batch.ts';

/**
 * Jaeger `Batch`es in Thrift's binary protocol, as clients post them to `/api/traces`: one for each resource, told apart
 * by identity, in the order in which their first spans come. What Jaeger cannot hold: see `jaegerFromSpan`.
 */
export function encodeJaegerThrift(spans: readonly Span[]): readonly Uint8Array<ArrayBuffer>[] {
  const writer = thriftBinaryWriter();
  return Array.from(spansByResource(spans), ([resource, group]) => {
    writeThriftBatch(
      writer,
      written(writer, () => writeThriftProcess(writer, resource)),
      group.map((span) => written(writer, () => writeThriftSpan(writer, span))),
    );
    return writer.take();
  });
}

/** What a Jaeger agent takes over UDP. */
export interface JaegerPackets {
  readonly packets: readonly { readonly bytes: Uint8Array<ArrayBuffer>; readonly spanCount: number }[];
  /** Spans that do not fit a packet even alone. */
  readonly tooLargeCount: number;
}

/** Message header and the lengths of the argument and the list, the latter as long as it can get. */
const CALL_BYTES = 24;

/**
 * Calls of `emitBatch` in Thrift's compact protocol, each at most `maxPacketBytes` long, for the agent's UDP port. Spans
 * keep their order; a packet holds spans of one resource, told apart by identity.
 */
export function encodeJaegerPackets(spans: readonly Span[], maxPacketBytes: number): JaegerPackets {
  const writer = thriftCompactWriter();
  const packets: { bytes: Uint8Array<ArrayBuffer>; spanCount: number }[] = [];
  let tooLargeCount = 0;
  for (const [resource, group] of spansByResource(spans)) {
    const process = written(writer, () => writeThriftProcess(writer, resource));
    const available = maxPacketBytes - CALL_BYTES - process.length;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const flush = (): void => {
      if (waiting.length > 0) packets.push({ bytes: emitBatch(writer, process, waiting), spanCount: waiting.length });
      waiting = [];
      waitingBytes = 0;
    };
    for (const span of group) {
      const bytes = written(writer, () => writeThriftSpan(writer, span));
      if (bytes.length > available) {
        tooLargeCount++;
        continue;
      }
      if (waitingBytes + bytes.length > available) flush();
      waiting.push(bytes);
      waitingBytes += bytes.length;
    }
    flush();
  }
  return { packets, tooLargeCount };
}

function emitBatch(writer: ThriftWriter, process: Uint8Array, spans: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  writer.callBegin('emitBatch');
  writer.structBegin();
  writer.field(1, ThriftType.STRUCT);
  writeThriftBatch(writer, process, spans);
  writer.structEnd();
  return writer.take();
}

function written(writer: ThriftWriter, write: () => void): Uint8Array {
  write();
  return writer.take();
}
