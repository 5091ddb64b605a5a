import { promisify } from 'node:util';
import zlib from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);

/** Higher levels cost several times the CPU for a few per cent. */
const GZIP_LEVEL = 1;

export interface Compressor {
  /** The value of `Content-Encoding`. */
  readonly encoding: 'gzip' | 'zstd';
  /** On Node's thread pool, off the main thread. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
}

const gzipCompressor: Compressor = {
  encoding: 'gzip',
  compress: (bytes) => gzip(bytes, { level: GZIP_LEVEL }),
};

// The types are those of a newer Node than the oldest that this runs on.
const zstd: typeof zlib.zstdCompress | undefined = zlib.zstdCompress;

/** Whether this Node has zstd: from 22.15 on. */
export const HAS_ZSTD: boolean = zstd !== undefined;

/** Undefined for `none`. A Node without zstd takes gzip, which every receiver of OTLP has. */
export function compressorOf(compression: Compression): Compressor | undefined {
  if (compression === 'none') return undefined;
  if (compression === 'gzip' || zstd === undefined) return gzipCompressor;
  return { encoding: 'zstd', compress: promisify<zlib.InputType, Buffer>(zstd) };
}
