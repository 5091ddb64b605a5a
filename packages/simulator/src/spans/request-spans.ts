import { type AttributeValue, SpanKind } from '@throughline/model';
import type { OpenSpan } from './open-span.ts';
import { type OperationName, pathOf } from './operation-name.ts';

/** How a request or a step failed. */
export interface Failure {
  /** `error.type` where nothing says more, such as a status code. */
  readonly type: string;
  readonly message: string;
  /** HTTP status of the response; 0 where none came. */
  readonly status: number;
  /** Whether it is thrown, and recorded where it is. */
  readonly isException: boolean;
}

/** Where a request goes, as its client sees it. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

type Attributes = Map<string, AttributeValue>;

/** The name of a request's spans. Source: semantic conventions 1.44, HTTP and RPC spans, Name. */
export function requestSpanName(operation: string, parsed: OperationName, kind: SpanKind): string {
  // A client knows no route, so that its name is the method alone.
  return parsed.protocol === 'http' && kind === SpanKind.CLIENT ? parsed.method : operation;
}

/** Source: semantic conventions 1.44, HTTP client and RPC client spans. */
export function clientAttributes(
  parsed: OperationName,
  peer: Peer,
  drawNumber: () => number,
  resendCount: number,
): Attributes {
  const attributes: Attributes = new Map();
  if (parsed.protocol === 'http') {
    attributes.set('http.request.method', parsed.method);
    attributes.set('url.full', `http://${peer.address}:${peer.port}${pathOf(parsed.route, drawNumber)}`);
  } else if (parsed.protocol === 'grpc') {
    attributes.set('rpc.system.name', 'grpc');
    attributes.set('rpc.method', parsed.method);
  }
  attributes.set('server.address', peer.address);
  attributes.set('server.port', BigInt(peer.port));
  if (resendCount > 0 && parsed.protocol === 'http') {
    attributes.set('http.request.resend_count', BigInt(resendCount));
  }
  return attributes;
}

/** Source: semantic conventions 1.44, HTTP server and RPC server spans. */
export function serverAttributes(
  parsed: OperationName,
  peer: Peer,
  clientAddress: string,
  drawNumber: () => number,
): Attributes {
  const attributes: Attributes = new Map();
  if (parsed.protocol === 'http') {
    attributes.set('http.request.method', parsed.method);
    attributes.set('http.route', parsed.route);
    attributes.set('url.path', pathOf(parsed.route, drawNumber));
    attributes.set('url.scheme', 'http');
    attributes.set('network.protocol.version', '1.1');
    attributes.set('client.address', clientAddress);
  } else if (parsed.protocol === 'grpc') {
    attributes.set('rpc.system.name', 'grpc');
    attributes.set('rpc.method', parsed.method);
    attributes.set('client.address', clientAddress);
  }
  if (parsed.protocol !== 'none') {
    attributes.set('server.address', peer.address);
    attributes.set('server.port', BigInt(peer.port));
  }
  return attributes;
}

/** gRPC's status by the HTTP status that means the same. Source: google.rpc.Code, the HTTP mapping of each. */
const GRPC_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);
/** Those that are a server's own fault. Source: semantic conventions 1.44, gRPC, server status. */
const GRPC_SERVER_ERRORS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** Writes how the request ended, as its server or its client tells it. */
export function setOutcome(
  span: OpenSpan,
  parsed: OperationName,
  failure: Failure | undefined,
  successStatus: number,
): void {
  const { attributes, kind } = span;
  const isServer = kind === SpanKind.SERVER;
  if (failure === undefined) {
    if (parsed.protocol === 'http') attributes.set('http.response.status_code', BigInt(successStatus));
    else if (parsed.protocol === 'grpc') attributes.set('rpc.response.status_code', 'OK');
    return;
  }
  const { status } = failure;
  let isError = true;
  let type = failure.type;
  if (parsed.protocol === 'http') {
    if (status > 0) {
      attributes.set('http.response.status_code', BigInt(status));
      // A client's mistake is not the server's error.
      isError = !isServer || status >= 500;
      if (!failure.isException) type = String(status);
    }
  } else if (parsed.protocol === 'grpc') {
    // A deadline is the client's own knowledge, and so is a connection that broke.
    const grpcStatus = status === 0 ? (type === 'timeout' ? 'DEADLINE_EXCEEDED' : 'UNAVAILABLE') : grpcStatusOf(status);
    attributes.set('rpc.response.status_code', grpcStatus);
    isError = !isServer || GRPC_SERVER_ERRORS.has(grpcStatus);
    if (!failure.isException) type = grpcStatus;
  }
  if (!isError) return;
  attributes.set('error.type', type);
  span.setError(failure.isException || status === 0 || parsed.protocol === 'none' ? failure.message : '');
}

export function grpcStatusOf(status: number): string {
  return GRPC_STATUS.get(status) ?? 'INTERNAL';
}

/** Writes the event of an exception. Source: semantic conventions 1.44, Exceptions in spans. */
export function recordException(span: OpenSpan, failure: Failure, place: string, atNano: number): void {
  span.addEvent(
    'exception',
    atNano,
    new Map([
      ['exception.type', failure.type],
      ['exception.message', failure.message],
      ['exception.stacktrace', `${failure.type}: ${failure.message}\n    at ${place}\n    at handleRequest`],
    ]),
  );
}
