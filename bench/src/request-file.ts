import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SPANS_PER_TRACE, SyntheticTraces } from './synthetic-spans.ts';

/** Where benchmarks keep what is dear to make; `THROUGHLINE_BENCH_DIR` or a folder in the temporary folder. */
export const benchFolder: string = process.env['THROUGHLINE_BENCH_DIR'] ?? join(tmpdir(), 'throughline-bench');

export const TRACES_PER_REQUEST = 28;
export const SPANS_PER_REQUEST: number = TRACES_PER_REQUEST * SPANS_PER_TRACE;

/**
 * A file of gzipped OTLP requests (each behind its length, 4 bytes little endian), all spans distinct, starting from
 * now on, 1 ms apart. Made once and kept.
 */
export function requestFile(requestCount: number, log: (line: string) => void): string {
  mkdirSync(benchFolder, { recursive: true });
  const path = join(benchFolder, `requests-${requestCount}.bin`);
  if (existsSync(path)) return path;
  log(`  encoding ${(requestCount * SPANS_PER_REQUEST).toLocaleString('en')} spans to ${path}`);
  const traces = new SyntheticTraces(requestCount);
  const start = BigInt(Date.now()) * 1_000_000n;
  const file = openSync(`${path}.tmp`, 'w');
  const length = Buffer.alloc(4);
  for (let index = 0; index < requestCount; index++) {
    const body = gzipSync(
      traces.request(TRACES_PER_REQUEST, (trace) => start + BigInt(index * TRACES_PER_REQUEST + trace) * 150_000n),
      { level: 1 },
    );
    length.writeUInt32LE(body.length);
    writeSync(file, length);
    writeSync(file, body);
  }
  closeSync(file);
  renameSync(`${path}.tmp`, path);
  return path;
}

/** The requests of such a file, read one after the other. */
export function* readRequests(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const length = Buffer.alloc(4);
    while (readSync(file, length, 0, 4, null) === 4) {
      const body = Buffer.alloc(length.readUInt32LE());
      readSync(file, body, 0, body.length, null);
      yield body;
    }
  } finally {
    closeSync(file);
  }
}
