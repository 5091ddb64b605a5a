import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpanBlock } from '../native/span-block.ts';
import { codedEngineError, isWorthRetrying } from './chdb-errors.ts';

export interface BlockInserterOptions {
  /** Where the file with the block is put for the engine; it is removed after the insert. */
  readonly directory: string;
  readonly execute: (sql: string) => Promise<void>;
  readonly onRetry: () => void;
}

/** Inserts blocks by way of a file in the engine's own format. Returns a function; call it one block after the other. */
export function blockInserter({ directory, execute, onRetry }: BlockInserterOptions): (b: SpanBlock) => Promise<void> {
  const path = join(directory, 'block.native');
  return async (block) => {
    const chunks = block.chunks();
    const sql = insertStatement(path, block.columnNames, contentToken(block));
    try {
      await writeChunks(path, chunks);
      try {
        await execute(sql);
      } catch (error) {
        const coded = codedEngineError(error);
        if (!isWorthRetrying(coded)) throw coded;
        onRetry();
        await execute(sql);
      }
    } catch (error) {
      throw codedEngineError(error);
    } finally {
      await rm(path, { force: true }).catch(() => undefined);
    }
  };
}

async function writeChunks(path: string, chunks: Uint8Array[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    // The system takes at most 1024 buffers a call.
    for (let i = 0; i < chunks.length; i += 512) {
      const part = chunks.slice(i, i + 512);
      const byteCount = part.reduce((sum, chunk) => sum + chunk.length, 0);
      const { bytesWritten } = await file.writev(part);
      if (bytesWritten < byteCount) await writeRest(file, part, bytesWritten);
    }
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

/** After a short write (a full disk, or more than 2 GB): what is left, or the error that stopped it. */
async function writeRest(file: OpenFile, chunks: readonly Uint8Array[], written: number): Promise<void> {
  let skip = written;
  for (const chunk of chunks) {
    if (skip >= chunk.length) {
      skip -= chunk.length;
    } else {
      await file.writeFile(chunk.subarray(skip));
      skip = 0;
    }
  }
}

/** The same rows give the same token, so a repeated insert is skipped, and other rows another. */
function contentToken(block: SpanBlock): string {
  const hash = createHash('sha256');
  for (const chunk of block.identityChunks()) hash.update(chunk);
  return hash.digest('hex');
}

const SETTINGS = [
  'max_threads = 1',
  'max_insert_threads = 1',
  'min_insert_block_size_rows = 1000000',
  'min_insert_block_size_bytes = 0',
  'max_block_size = 1000000',
  'max_insert_block_size = 1000000',
  'async_insert = 0',
  'insert_deduplicate = 1',
  'deduplicate_blocks_in_dependent_materialized_views = 1',
  // Broken clocks may spread a batch over many days.
  'max_partitions_per_insert_block = 0',
].join(', ');

function insertStatement(path: string, columnNames: readonly string[], token: string): string {
  const columns = columnNames.join(', ');
  const file = path.replace(/[\\']/g, (special) => `\\${special}`);
  return (
    `INSERT INTO spans (${columns}) SETTINGS ${SETTINGS}, insert_deduplication_token = '${token}' ` +
    `SELECT ${columns} FROM file('${file}', Native)`
  );
}
