import { diag } from '@opentelemetry/api';
import { syncBuiltinESMExports } from 'node:module';

import { patchClients } from './client/patch-clients.ts';
import { followUndici } from './client/undici-channels.ts';
import type { HttpInstrumentationOptions } from './http-options.ts';
import { httpSettings, type HttpTracingParts } from './http-settings.ts';
import { patchSet } from './patched-functions.ts';
import { followFastifyRoutes } from './server/fastify-routes.ts';
import { patchServers } from './server/patch-servers.ts';

export interface HttpInstrumentation {
  /** Puts everything back. Requests that are under way still end their spans. Idempotent. */
  disable(): void;
}

/** On `globalThis`, since a process may have a second copy of this package (ESM and CommonJS). */
const INSTRUMENTED: symbol = Symbol.for('throughline.http.instrumented');

/**
 * Spans for what this process's HTTP servers receive and its clients send, and the propagation of their contexts:
 * node:http, node:https and node:http2, whichever way they are imported and servers that listen already included (except
 * those of HTTP/2 over TLS), and fetch and undici. What the official instrumentation has instrumented is left to it.
 */
export function instrumentHttp(options: HttpInstrumentationOptions & HttpTracingParts = {}): HttpInstrumentation {
  if (Reflect.get(globalThis, INSTRUMENTED) === true) {
    diag.warn('HTTP is instrumented already; the second instrumentation changes nothing');
    return { disable: () => {} };
  }
  Reflect.set(globalThis, INSTRUMENTED, true);
  const settings = httpSettings(options);
  const { incoming = true, outgoing = true, fetch = outgoing, http2 = true, grpc = false } = options;
  const patches = patchSet();
  const undo: (() => void)[] = [];
  if (incoming) {
    patchServers(patches, settings, { http2, grpc });
    undo.push(followFastifyRoutes());
  }
  if (outgoing) patchClients(patches, settings, { http2, grpc });
  if (fetch) undo.push(followUndici(settings));
  syncBuiltinESMExports();
  let enabled = true;
  return {
    disable: () => {
      if (!enabled) return;
      enabled = false;
      for (const step of undo) step();
      patches.restore();
      syncBuiltinESMExports();
      Reflect.deleteProperty(globalThis, INSTRUMENTED);
    },
  };
}
