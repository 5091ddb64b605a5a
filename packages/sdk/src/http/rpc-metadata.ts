import { type Context, createContextKey, type Span } from '@opentelemetry/api';

/** The official core's key, under which instrumentations of frameworks find the server span and leave the route. */
const RPC_METADATA_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** The official core's `RPCMetadata`. */
export interface HttpMetadata {
  readonly type: 'http';
  readonly span: Span;
  /** Named by the framework; the server span takes it as `http.route` when it ends. */
  route?: string | undefined;
}

export function withHttpMetadata(context: Context, metadata: HttpMetadata): Context {
  return context.setValue(RPC_METADATA_KEY, metadata);
}

/** What the server instrumentation that is active for this request left, ours or the official one. */
export function httpMetadata(context: Context): HttpMetadata | undefined {
  const metadata = context.getValue(RPC_METADATA_KEY);
  if (typeof metadata !== 'object' || metadata === null || !('type' in metadata) || metadata.type !== 'http') {
    return undefined;
  }
  // Only the official core and this package know the key, and `http` is the only type there is.
  return metadata as HttpMetadata;
}
