import { CodedError } from '@throughline/model';
import { nativeApi, queryRouterOptions } from '@throughline/query';
import { createQueryClient, type Fetch, type QueryClient } from '@throughline/query/client';
import { openMemoryStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';
import fastify from 'fastify';
import { importDefaults } from '../import/import-defaults.ts';
import { inputFile } from '../import/input-file.ts';
import { readSpans } from '../import/read-spans.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Beyond this the spans that came first are given up, and every answer says so. */
const MAX_SPANS = 2_000_000;
const MAX_BYTES = 2 ** 30;

/** The traces of files, answered by the same API as a server's, without one. */
export interface OpenFiles extends AsyncDisposable {
  readonly client: QueryClient;
}

/**
 * Reads the files into memory. What cannot be read is told on stderr, and the rest is used.
 *
 * @throws CodedError `cannot_read_file`; `no_spans` when there is nothing to analyse
 */
export async function openFiles(names: readonly string[], terminal: Terminal): Promise<OpenFiles> {
  const store = await openMemoryStore({ maxSpanCount: MAX_SPANS, maxBytes: MAX_BYTES });
  const app = fastify({ routerOptions: queryRouterOptions });
  const close = async (): Promise<void> => {
    await app.close();
    await store[Symbol.asyncDispose]();
  };
  try {
    let spanCount = 0;
    for (const name of names) {
      for await (const result of readSpans(await inputFile(name), { format: undefined, ...importDefaults })) {
        if (result.kind === 'unreadable') {
          terminal.err(`${result.place.source}: ${result.error.message} (${result.error.code})\n`);
          continue;
        }
        const { spans } = result.spans;
        spanCount += spans.length;
        await store.write({ tenant: 'default', columns: columnsFromSpans({ spans, rejected: {} }) });
      }
    }
    if (spanCount === 0) throw new CodedError('no_spans', `There are no spans in ${names.join(', ')}`);
    await app.register(nativeApi, { store });
    await app.ready();
  } catch (error) {
    await close();
    throw error;
  }
  const ask: Fetch = async (url, { headers }) => {
    const { statusCode, headers: answered, rawPayload, payload } = await app.inject({ method: 'GET', url, headers });
    return {
      ok: statusCode < 300,
      status: statusCode,
      headers: {
        get: (name) => {
          const value = answered[name.toLowerCase()];
          return value === undefined ? null : String(value);
        },
      },
      arrayBuffer: () => Promise.resolve(new Uint8Array(rawPayload).buffer),
      text: () => Promise.resolve(payload),
    };
  };
  return { client: createQueryClient({ fetch: ask }), [Symbol.asyncDispose]: close };
}
