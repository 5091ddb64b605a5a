/**
 * Where traces go for a base endpoint: its path with `v1/traces` appended; its query stays. What is no URL is given
 * back as it is, for the sender to complain about. Source: OTLP exporter specification, "Endpoint URLs for OTLP/HTTP".
 */
export function otlpTracesUrl(endpoint: string): string {
  if (!URL.canParse(endpoint)) return endpoint;
  const url = new URL(endpoint);
  url.pathname += url.pathname.endsWith('/') ? 'v1/traces' : '/v1/traces';
  return url.href;
}

/**
 * A gRPC endpoint as a URL: a target without a scheme, or with the scheme `dns` of gRPC's names, has TLS unless it is
 * `insecure`. Source: grpc `doc/naming.md`.
 */
export function grpcUrl(endpoint: string, insecure: boolean): string {
  if (/^https?:\/\//i.test(endpoint)) return endpoint;
  return `${insecure ? 'http' : 'https'}://${endpoint.replace(DNS_SCHEME, '')}`;
}

/** `dns:host` or `dns:///host`; a name server of one's own, `dns://server/host`, is not among them. */
const DNS_SCHEME = /^dns:(?:\/\/\/)?(?=[^/])/i;

/** What is wrong with a gRPC endpoint, after "it"; undefined if it can be called. */
export function grpcEndpointProblem(endpoint: string): string | undefined {
  if (/^unix(?:-abstract)?:/i.test(endpoint))
    return 'names a Unix socket, which is not supported; name a host and port';
  const url = grpcUrl(endpoint, false);
  const isCallable = url.indexOf('://') === url.lastIndexOf('://') && URL.canParse(url);
  return isCallable ? undefined : 'must be a URL with http:// or https://, HOST:PORT, or dns:///HOST:PORT';
}

/**
 * The origin of a gRPC endpoint: `http:` without TLS, `https:` with it; a target without a scheme has TLS unless it is
 * `insecure`. A path has no meaning and is left out.
 *
 * @throws TypeError for what is no URL
 */
export function grpcOrigin(endpoint: string, insecure: boolean): string {
  const problem = grpcEndpointProblem(endpoint);
  if (problem !== undefined) throw new TypeError(`the endpoint ${problem}`);
  return new URL(grpcUrl(endpoint, insecure)).origin;
}
