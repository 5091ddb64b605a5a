import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { otlpGrpcExporter } from '../../src/export/otlp-grpc-exporter.ts';
import { otlpHttpExporter } from '../../src/export/otlp-http-exporter.ts';
import type { BatchExporter } from '../../src/export/span-exporter.ts';
import type { TlsOptions } from '../../src/export/tls-files.ts';
import { contractBatch, noAbort } from '../../testing/exporter-contract.ts';
import { makeCertificate } from '../certificate.ts';
import { ok } from './grpc-receiver.ts';
import { originOf, recordingClock } from './http-receiver.ts';

const files = makeCertificate();
const { keyFile, certificateFile } = files ?? { keyFile: '', certificateFile: '' };

const SUCCESS = { exportedCount: 4, droppedCount: 0 };

describe.skipIf(files === undefined).each(['HTTP', 'gRPC'])('TLS of OTLP over %s', (protocol) => {
  /** What becomes of a batch that is sent to a server with the certificate. */
  async function exportTo(needsClientCertificate: boolean, tls: TlsOptions): Promise<unknown> {
    const pem = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
    const settings = {
      ...pem,
      ca: pem.cert,
      requestCert: needsClientCertificate,
      rejectUnauthorized: needsClientCertificate,
    };
    const server =
      protocol === 'HTTP'
        ? https.createServer(settings, (request, response) => request.resume().on('end', () => response.end()))
        : http2.createSecureServer(settings);
    if (protocol === 'gRPC') {
      server.on('stream', (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
        stream.resume().on('end', () => ok(new Uint8Array(0))(stream, { headers, body: Buffer.alloc(0) }));
      });
    }
    const sockets = new Set<TLSSocket>();
    server.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = originOf(server.address()).replace('http:', 'https:');
    const options = { endpoint, tls, clock: recordingClock(), maxAttempts: 2 };
    const exporter: BatchExporter = protocol === 'HTTP' ? otlpHttpExporter(options) : otlpGrpcExporter(options);
    const outcome = await exporter.export(contractBatch(), noAbort());
    await exporter.shutdown();
    for (const socket of sockets) socket.destroy();
    server.close();
    return outcome;
  }

  test('a certificate of an authority that is trusted', async () => {
    expect(await exportTo(false, { certificateFile })).toEqual(SUCCESS);
  });

  test('one that is not, and one that need not be', async () => {
    expect(await exportTo(false, {})).toMatchObject({ droppedCount: 4, dropReason: 'unreachable' });
    expect(await exportTo(false, { skipVerification: true })).toEqual(SUCCESS);
  });

  test('a server that wants to know the client', async () => {
    const own = { clientKeyFile: keyFile, clientCertificateFile: certificateFile };
    expect(await exportTo(true, { certificateFile, ...own })).toEqual(SUCCESS);
    expect(await exportTo(true, { certificateFile })).toMatchObject({ exportedCount: 0, droppedCount: 4 });
  });
});
