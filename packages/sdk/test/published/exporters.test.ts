import {
  decodeJaegerThrift,
  decodeOtlpJson,
  decodeOtlpProtobuf,
  decodeSimpleSpans,
  decodeZipkinJson,
} from '@throughline/wire';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../../testing/child-app.ts';
import { NODE_VERSIONS } from '../../testing/node-versions.ts';
import { installedPackage, type PackedSdk, packedSdk } from '../../testing/packed-sdk.ts';
import { temporaryApp } from '../../testing/temporary-app.ts';
import { startGrpcReceiver } from '../export/grpc-receiver.ts';
import { startHttpReceiver } from '../export/http-receiver.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

/** One span through every exporter; how many were dropped, and why, is printed. */
const IMPORT = `
  import { trace } from '@opentelemetry/api';
  import { startTracing } from '@throughline/sdk';
`;
const REQUIRE = `
  const { trace } = require('@opentelemetry/api');
  const { startTracing } = require('@throughline/sdk');
`;
const APP = `
  const tracing = startTracing({ serviceName: 'shop', exporters: JSON.parse(process.env.EXPORTERS) });
  trace.getTracer('app').startSpan('work', { attributes: { size: 7 } }).end();
  await tracing.shutdown();
  process.stderr.write(JSON.stringify(Object.fromEntries(tracing.provider.dropped)));
`;

const namesOf = ({ spans }: { readonly spans: readonly { readonly name: string }[] }): readonly string[] =>
  spans.map(({ name }) => name);

describe.each(NODE_VERSIONS)('%s', (name, node) => {
  test.each(['app.mjs', 'app.cjs'])('every exporter delivers, from %s', async (script) => {
    await using http = await startHttpReceiver();
    await using grpc = await startGrpcReceiver();
    const udp = dgram.createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const packet = once(udp, 'message');
    using app = temporaryApp(
      {
        'package.json': { name: 'app' },
        'app.mjs': `${IMPORT}${APP}`,
        'app.cjs': `${REQUIRE}(async () => {${APP}})();`,
      },
      { 'node_modules/@opentelemetry/api': installedPackage('@opentelemetry/api') },
    );
    cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
    const exporters = [
      { type: 'otlp', endpoint: `${http.origin}/protobuf` },
      { type: 'otlp', endpoint: `${http.origin}/gzip`, compression: 'gzip' },
      { type: 'otlp', endpoint: `${http.origin}/zstd`, compression: 'zstd' },
      { type: 'otlp', endpoint: `${http.origin}/worker`, worker: true },
      { type: 'otlp', endpoint: `${http.origin}/json`, protocol: 'http/json' },
      { type: 'otlp', endpoint: grpc.origin, protocol: 'grpc' },
      { type: 'zipkin', endpoint: `${http.origin}/zipkin` },
      { type: 'simple', endpoint: `${http.origin}/simple` },
      { type: 'jaeger', endpoint: `${http.origin}/jaeger` },
      { type: 'jaeger', endpoint: `127.0.0.1:${udp.address().port}`, protocol: 'udp/thrift.compact' },
      { type: 'jaeger', endpoint: grpc.origin, protocol: 'grpc' },
      { type: 'file', path: app.path('spans.jsonl') },
      { type: 'console', format: 'json' },
      { type: 'memory' },
    ];
    const result = await runChild(node, [script], app.folder, { EXPORTERS: JSON.stringify(exporters) });
    expect(result.code, result.stderr).toBe(0);
    const zstdIsMissing = name === 'Node.js 20';
    const why = 'this Node.js has no zstd, which comes with 22.15; it compresses with gzip instead of zstd';
    expect(result.stderr).toBe(zstdIsMissing ? `throughline warn: exporters[2]: ${why}\n{}` : '{}');

    const received = Object.fromEntries(
      http.requests.map(({ path, headers, body }) => [path.slice(1), [headers['content-encoding'], body] as const]),
    );
    const body = (path: string): Buffer => received[path]?.[1] ?? Buffer.alloc(0);
    expect(namesOf(decodeOtlpProtobuf(body('protobuf')))).toEqual(['work']);
    expect(namesOf(decodeOtlpProtobuf(body('worker')))).toEqual(['work']);
    expect(namesOf(decodeOtlpProtobuf(body('gzip')))).toEqual(['work']);
    expect(namesOf(decodeOtlpProtobuf(body('zstd')))).toEqual(['work']);
    expect([received['gzip']?.[0], received['zstd']?.[0]]).toEqual(['gzip', zstdIsMissing ? 'gzip' : 'zstd']);
    expect(namesOf(decodeOtlpJson(body('json').toString()))).toEqual(['work']);
    const call = (service: string): Buffer =>
      grpc.calls.find(({ headers }) => headers[':path']?.includes(service))?.body ?? Buffer.alloc(0);
    expect(namesOf(decodeOtlpProtobuf(call('opentelemetry')))).toEqual(['work']);
    expect(String(call('jaeger'))).toContain('work');
    expect(namesOf(decodeZipkinJson(JSON.parse(body('zipkin').toString())))).toEqual(['work']);
    expect(namesOf(decodeSimpleSpans(JSON.parse(body('simple').toString())))).toEqual(['work']);
    expect(namesOf(decodeJaegerThrift(body('jaeger')))).toEqual(['work']);
    const [datagram]: unknown[] = await packet;
    udp.close();
    // The batch stands in a call to the agent.
    expect(String(datagram)).toMatch(/emitBatch.*work/s);
    expect(namesOf(decodeOtlpJson(readFileSync(app.path('spans.jsonl'), 'utf8').trim()))).toEqual(['work']);
    expect(result.stdout).toContain('work');
  });
});
