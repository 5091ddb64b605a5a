import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { encodeJaegerPackets } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { dropped, messageOf } from './delivering-exporter.ts';
import type { BatchExporter, ExportOutcome, SpanBatch } from './span-exporter.ts';
import { withoutTracing } from './suppressed-tracing.ts';

export interface JaegerUdpExporterOptions {
  /** Default `localhost`. */
  readonly host?: string;
  /** Default 6831. */
  readonly port?: number;
  /** A larger span is dropped as `too_large`. Default 65,000, which is what agents take. */
  readonly maxPacketBytes?: number;
}

const NAME = 'jaeger-udp';
const DEFAULT_MAX_PACKET_BYTES = 65_000;

/** Sends batches as compact Thrift to a Jaeger agent. UDP has no answer: exported means handed to the network. */
export function jaegerUdpExporter(options: JaegerUdpExporterOptions = {}): BatchExporter {
  const { host = 'localhost', port = 6831, maxPacketBytes = DEFAULT_MAX_PACKET_BYTES } = options;
  let socket: Socket | undefined;
  let closed: Promise<void> | undefined;
  const underWay = new Set<Promise<unknown>>();

  function openSocket(): Socket {
    if (socket !== undefined) return socket;
    const opened = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    opened.unref();
    // What a packet fails with comes through its callback.
    opened.on('error', () => {});
    socket = opened;
    return opened;
  }

  function send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      openSocket().send(bytes, port, host, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  async function exportBatch(batch: SpanBatch, signal: AbortSignal): Promise<ExportOutcome> {
    if (closed !== undefined) return dropped(batch.spanCount, 'shut_down', `${NAME} is shut down`);
    let exportedCount = 0;
    let dropReason: string | undefined;
    let message: string | undefined;
    try {
      const spans = spansOfBatch(batch);
      const { packets, tooLargeCount } = encodeJaegerPackets(spans, maxPacketBytes);
      if (tooLargeCount > 0) {
        dropReason = 'too_large';
        message = `${NAME}: ${tooLargeCount} spans are larger than a packet of ${maxPacketBytes} bytes`;
      } else if (spans.length < batch.spanCount) {
        dropReason = 'invalid_span';
      }
      for (const { bytes, spanCount } of packets) {
        if (signal.aborted) {
          dropReason = 'aborted';
          message = `${NAME}: the export was aborted`;
          break;
        }
        await send(bytes);
        exportedCount += spanCount;
      }
    } catch (error) {
      dropReason = 'unreachable';
      message = `${NAME} ${host}:${port}: ${messageOf(error)}`;
    }
    return {
      exportedCount,
      droppedCount: batch.spanCount - exportedCount,
      ...(dropReason === undefined ? {} : { dropReason }),
      ...(message === undefined ? {} : { message }),
    };
  }

  return {
    name: NAME,
    export: async (batch, signal) => {
      const task = withoutTracing(() => exportBatch(batch, signal));
      underWay.add(task);
      try {
        return await task;
      } finally {
        underWay.delete(task);
      }
    },
    shutdown: () => {
      closed ??= Promise.allSettled(underWay).then(() => {
        socket?.close();
      });
      return closed;
    },
  };
}
