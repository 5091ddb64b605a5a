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
 * The origin of a gRPC endpoint: `http:` without TLS, `https:` with it; a target without a scheme has TLS unless it is
 * `insecure`. A path has no meaning and is left out.
 *
 * @throws TypeError for what is no URL
 */
export function grpcOrigin(endpoint: string, insecure: boolean): string {
  const url = new URL(/^https?:\/\//i.test(endpoint) ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`);
  return url.origin;
}
