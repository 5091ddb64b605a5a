import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeTraceColumns, encodeDetailBlock, encodeTraceColumnsHead } from '@throughline/wire';

/** The product behind a connection that holds back the details of traces. */
export interface HeldDetails extends AsyncDisposable {
  readonly url: string;
  /** Sends what was held, from now on at once. */
  readonly release: () => void;
  /** Breaks the connections on which something is held. */
  readonly breakOff: () => void;
}

/** Of a trace, what comes before the details and their first block pass. */
export async function holdDetails(target: string): Promise<HeldDetails> {
  let isHolding = true;
  let held: { readonly response: ServerResponse; readonly rest: Uint8Array }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(target + (request.url ?? '/'));
      const body = new Uint8Array(await answer.arrayBuffer());
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      if (!isHolding || !(request.url ?? '').includes('format=columns')) {
        response.end(body);
        return;
      }
      const columns = decodeTraceColumns(body);
      const first = columns.detailBlocks.slice(0, 1).flatMap(encodeDetailBlock);
      const passed = first.reduce((sum, { length }) => sum + length, encodeTraceColumnsHead(columns).length);
      response.write(body.subarray(0, passed));
      held.push({ response, rest: body.subarray(passed) });
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // Of a server that listens at a port.
  return {
    url: `http://127.0.0.1:${port}`,
    release: () => {
      isHolding = false;
      for (const { response, rest } of held) response.end(rest);
      held = [];
    },
    breakOff: () => {
      for (const { response } of held) response.destroy();
      held = [];
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
