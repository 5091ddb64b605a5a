import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';

import type { HttpSettings } from '../http-settings.ts';
import { isWrapped, type PatchSet, tellWrapped } from '../patched-functions.ts';
import { requestHttp1, type RequestFunction } from './http1-client.ts';
import { sessionOrigin, traceSession } from './http2-client.ts';

export interface ClientPatchOptions {
  readonly http2: boolean;
  readonly grpc: boolean;
}

/**
 * Makes `request` and `get` of node:http and node:https, and the sessions of node:http2, start a span for each request.
 * The caller makes the change visible to named imports.
 */
export function patchClients(patches: PatchSet, settings: HttpSettings, options: ClientPatchOptions): void {
  patchHttp1(patches, settings, http as unknown as RequestModule, 'http');
  patchHttp1(patches, settings, https as unknown as RequestModule, 'https');
  if (!options.http2) return;
  patches.replace(http2 as unknown as ConnectModule, 'connect', (original) => (...args) => {
    const session = original(...args);
    if (patches.active) traceSession(patches, settings, session, sessionOrigin(args), options.grpc);
    return session;
  });
}

interface ConnectModule {
  connect: (...args: unknown[]) => http2.ClientHttp2Session;
}

/** The overloads of the functions come down to this. */
interface RequestModule {
  request: RequestFunction;
  get: RequestFunction;
}

function patchHttp1(patches: PatchSet, settings: HttpSettings, module: RequestModule, scheme: 'http' | 'https'): void {
  if (isWrapped(module.request)) {
    tellWrapped(`the client of node:${scheme}`);
    return;
  }
  const { request: send } = module;
  const isOurs = (name: 'request' | 'get'): boolean => {
    if (!patches.active) return false;
    if (!isWrapped(module[name])) return true;
    tellWrapped(`the client of node:${scheme}`);
    return false;
  };
  patches.replace(module, 'request', (original) => (...args) => {
    return isOurs('request') ? requestHttp1(settings, send, args, scheme) : original(...args);
  });
  // `get` is `request` ended at once; the headers are added in between.
  patches.replace(module, 'get', (original) => (...args) => {
    if (!isOurs('get')) return original(...args);
    const request = requestHttp1(settings, send, args, scheme);
    request.end();
    return request;
  });
}
