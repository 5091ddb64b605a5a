import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@throughline/model';
import { codeOf, messageOf } from '../error-message.ts';

/** Bytes to import. */
export interface InputFile {
  /** As the user wrote it; `standard input` for `-`. */
  readonly name: string;
  /** Undefined where it is not known before the end. */
  readonly byteCount: number | undefined;
  /** From the start, as it is stored. A file can be opened again, standard input cannot. */
  open(): AsyncIterable<Buffer>;
}

export const STANDARD_INPUT = '-';

/** @throws CodedError `cannot_read_file` */
export async function inputFile(path: string): Promise<InputFile> {
  if (path === STANDARD_INPUT) {
    return { name: 'standard input', byteCount: undefined, open: () => process.stdin as AsyncIterable<Buffer> };
  }
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new Error('it is a directory');
    // Pipes and the like (`<(command)` in a shell) have no size.
    const byteCount = status.isFile() ? status.size : undefined;
    return { name: path, byteCount, open: () => createReadStream(path) };
  } catch (cause) {
    const reason = codeOf(cause) === 'ENOENT' ? 'it does not exist' : messageOf(cause);
    throw new CodedError('cannot_read_file', `${path} cannot be read: ${reason}`, { cause });
  }
}

/** A copy of an input on disk that can be opened again, gone when it is disposed. */
export async function spool(input: InputFile): Promise<InputFile & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'throughline-import-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(directory, 'input'), 'wx+', 0o600);
    // Without a name it is gone with the process, whatever ends it. Windows wants it closed first.
    await remove().catch(() => {});
    for await (const chunk of input.open()) await handle.appendFile(chunk);
    const { size } = await handle.stat();
    const { fd } = handle;
    const kept = handle;
    return {
      name: input.name,
      byteCount: size,
      open: () => createReadStream('', { fd, start: 0, autoClose: false }),
      [Symbol.asyncDispose]: async () => {
        await kept.close();
        await remove();
      },
    };
  } catch (error) {
    await handle?.close();
    await remove();
    throw error;
  }
}
