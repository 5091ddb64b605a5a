import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeJaegerJson,
  decodeJaegerThriftCompact,
  decodeOtlpJson,
  decodeSimpleSpans,
  encodeJaegerTrace,
  encodeSimpleSpan,
} from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import { spansOfBatch } from '../../src/export/batch-bytes.ts';
import { consoleExporter } from '../../src/export/console-exporter.ts';
import { fileExporter } from '../../src/export/file-exporter.ts';
import { jaegerUdpExporter } from '../../src/export/jaeger-udp-exporter.ts';
import { memoryExporter } from '../../src/export/memory-exporter.ts';
import { spanTreeText } from '../../src/export/span-tree-text.ts';
import {
  contractBatch,
  contractSpans,
  expectDropped,
  exporterContract,
  noAbort,
  type OpenedExporter,
} from '../../testing/exporter-contract.ts';
import { batchOfSpans } from '../../testing/span-batch.ts';

const SUCCESS = { exportedCount: 4, droppedCount: 0 };

describe('memory', () => {
  exporterContract({
    open: async () => {
      const exporter = memoryExporter();
      return { exporter, received: async () => exporter.spans, [Symbol.asyncDispose]: () => exporter.shutdown() };
    },
  });

  test('keeps as many as it may, and counts the rest', async () => {
    const exporter = memoryExporter({ maxSpans: 6 });
    expect(await exporter.export(contractBatch(1), noAbort())).toEqual(SUCCESS);
    expect(await exporter.export(contractBatch(2), noAbort())).toMatchObject({
      exportedCount: 2,
      droppedCount: 2,
      dropReason: 'memory_full',
    });
    exporter.clear();
    expect(await exporter.export(contractBatch(3), noAbort())).toEqual(SUCCESS);
    expect(exporter.spans).toEqual(spansOfBatch(contractBatch(3)));
  });
});

describe('file', () => {
  async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-sdk-'));
    try {
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  exporterContract({
    open: async (): Promise<OpenedExporter> => {
      const folder = await mkdtemp(join(tmpdir(), 'throughline-sdk-'));
      const path = join(folder, 'spans.jsonl');
      const exporter = fileExporter({ path });
      return {
        exporter,
        received: async () => {
          const text = await readFile(path, 'utf8').catch(() => '');
          return text
            .split('\n')
            .filter((line) => line !== '')
            .flatMap((line) => decodeOtlpJson(line).spans);
        },
        [Symbol.asyncDispose]: async () => {
          await exporter.shutdown();
          await rm(folder, { recursive: true });
        },
      };
    },
  });

  test('appends to what is there', async () => {
    await inFolder(async (folder) => {
      for (const number of [1, 2]) {
        const exporter = fileExporter({ path: join(folder, 'spans.jsonl') });
        await exporter.export(contractBatch(number), noAbort());
        await exporter.shutdown();
      }
      const lines = (await readFile(join(folder, 'spans.jsonl'), 'utf8')).split('\n');
      expect(lines.slice(0, 2).map((line) => decodeOtlpJson(line).spans)).toEqual([
        spansOfBatch(contractBatch(1)),
        spansOfBatch(contractBatch(2)),
      ]);
      expect(lines.slice(2)).toEqual(['']);
    });
  });

  test('a folder that is not there', async () => {
    await inFolder(async (folder) => {
      const exporter = fileExporter({ path: join(folder, 'missing', 'spans.jsonl') });
      const batch = contractBatch();
      expectDropped(await exporter.export(batch, noAbort()), batch, 'unwritable');
      await exporter.shutdown();
    });
  });
});

describe('console', () => {
  exporterContract({
    open: async () => {
      let text = '';
      const exporter = consoleExporter({ format: 'json', write: (more) => (text += more) });
      return {
        exporter,
        received: async () => {
          const lines = text.split('\n').filter((line) => line !== '');
          return decodeSimpleSpans(lines.map((line): unknown => JSON.parse(line))).spans;
        },
        [Symbol.asyncDispose]: () => exporter.shutdown(),
      };
    },
    expected: (spans) => decodeSimpleSpans(JSON.parse(JSON.stringify(spans.map(encodeSimpleSpan)))).spans,
  });

  test('a tree', async () => {
    let text = '';
    const exporter = consoleExporter({ write: (more) => (text += more) });
    expect(await exporter.export(contractBatch(), noAbort())).toEqual(SUCCESS);
    expect(text).toBe(`trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1 (4 spans)
  step 0 5ms server [checkout] text=ünï whole=42 ratio=0.5 yes=true !retry
    step 1 5ms client [checkout] text=ünï whole=42 ratio=0.5 yes=true !retry
    step 2 5ms client [checkout] text=ünï whole=42 ratio=0.5 yes=true !retry
    step 3 5ms client ERROR (boom) [checkout] text=ünï whole=42 ratio=0.5 yes=true !retry
`);
  });

  test('output that cannot be written is an outcome', async () => {
    const exporter = consoleExporter({
      write: () => {
        throw new Error('EPIPE');
      },
    });
    expect(await exporter.export(contractBatch(), noAbort())).toMatchObject({ droppedCount: 4 });
  });

  test('spans whose parents go round in a circle, or lead to themselves, are printed once', () => {
    const [first, second, third] = contractSpans();
    if (first === undefined || second === undefined || third === undefined) throw new Error('no spans');
    const lines = spanTreeText([
      { ...first, name: 'a', parentSpanId: second.spanId },
      { ...second, name: 'b', parentSpanId: first.spanId },
      { ...third, name: 'c', parentSpanId: third.spanId },
    ]);
    expect(lines.match(/^ +\w+/gm)).toEqual(['  c', '  a', '    b']);
  });

  test('control characters do not reach the terminal', () => {
    const [first] = contractSpans();
    if (first === undefined) throw new Error('no spans');
    expect(spanTreeText([{ ...first, name: 'a\u001b[31mb\u009b' }])).toContain('a [31mb  5ms');
  });
});

describe('Jaeger UDP', () => {
  /** Takes the call of emitBatch off a packet. */
  function batchOfPacket(packet: Buffer): Buffer {
    return packet.subarray(4 + 'emitBatch'.length + 1, -1);
  }

  async function startAgent(): Promise<
    { readonly port: number; readonly packets: readonly Buffer[] } & AsyncDisposable
  > {
    const socket = createSocket('udp4');
    const packets: Buffer[] = [];
    socket.on('message', (packet) => packets.push(packet));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return {
      port: socket.address().port,
      packets,
      [Symbol.asyncDispose]: async () => {
        socket.close();
        await once(socket, 'close');
      },
    };
  }

  /** Packets on the loopback device are read by the event loop's next turns. */
  async function packetsOf(agent: { readonly packets: readonly Buffer[] }): Promise<readonly Buffer[]> {
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    return agent.packets;
  }

  exporterContract({
    open: async () => {
      const agent = await startAgent();
      const exporter = jaegerUdpExporter({ host: '127.0.0.1', port: agent.port });
      return {
        exporter,
        received: async () =>
          (await packetsOf(agent)).flatMap((packet) => decodeJaegerThriftCompact(batchOfPacket(packet)).spans),
        [Symbol.asyncDispose]: async () => {
          await exporter.shutdown();
          await agent[Symbol.asyncDispose]();
        },
      };
    },
    expected: (spans) => decodeJaegerJson(JSON.parse(JSON.stringify(encodeJaegerTrace(spans)))).spans,
  });

  test('a batch over the packet size is split, a span over it is counted', async () => {
    await using agent = await startAgent();
    const exporter = jaegerUdpExporter({ host: '127.0.0.1', port: agent.port, maxPacketBytes: 800 });
    const [first, ...rest] = contractSpans();
    if (first === undefined) throw new Error('no spans');
    const batch = batchOfSpans([{ ...first, name: 'x'.repeat(1000) }, ...rest]);
    expect(await exporter.export(batch, noAbort())).toMatchObject({
      exportedCount: 3,
      droppedCount: 1,
      dropReason: 'too_large',
    });
    const packets = await packetsOf(agent);
    expect(packets.length).toBeGreaterThan(1);
    expect(Math.max(...packets.map((packet) => packet.length))).toBeLessThanOrEqual(800);
    await exporter.shutdown();
  });

  test('a host that cannot be', async () => {
    const exporter = jaegerUdpExporter({ host: 'no.such.host.invalid', port: 1 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'unreachable');
    await exporter.shutdown();
  });
});
