/** Whether the headers of an HTTP/2 request say that it is a gRPC call. */
export function isGrpc(headers: { readonly 'content-type'?: unknown }): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && type.startsWith('application/grpc');
}
