import type { CapturedHeaders, HttpConventions, HttpSpanOptions } from './http-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says about HTTP spans: OTEL_SEMCONV_STABILITY_OPT_IN, OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS, and
 * captured headers in both spellings that other languages' SDKs use,
 * OTEL_INSTRUMENTATION_HTTP_{SERVER,CLIENT}_CAPTURE_{REQUEST,RESPONSE}_HEADERS and
 * OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_{SERVER,CLIENT}_{REQUEST,RESPONSE}.
 */
export function httpEnvironmentOptions(environment: Environment): HttpSpanOptions {
  const knownMethods = list(environment['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']);
  return {
    conventions: conventionsOf(environment['OTEL_SEMCONV_STABILITY_OPT_IN']),
    captureHeaders: { server: captured(environment, 'SERVER'), client: captured(environment, 'CLIENT') },
    ...(knownMethods === undefined ? {} : { knownMethods }),
  };
}

/** `http/dup` asks for both and wins over `http`. Without either the stable names, as the official instrumentation does. */
function conventionsOf(optIn: string | undefined): HttpConventions {
  return list(optIn)?.includes('http/dup') === true ? 'both' : 'stable';
}

function captured(environment: Environment, side: 'SERVER' | 'CLIENT'): CapturedHeaders {
  const request = headers(environment, side, 'REQUEST');
  const response = headers(environment, side, 'RESPONSE');
  return { ...(request === undefined ? {} : { request }), ...(response === undefined ? {} : { response }) };
}

function headers(environment: Environment, side: string, message: string): readonly string[] | undefined {
  return (
    list(environment[`OTEL_INSTRUMENTATION_HTTP_${side}_CAPTURE_${message}_HEADERS`]) ??
    list(environment[`OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_${side}_${message}`])
  );
}

function list(value: string | undefined): readonly string[] | undefined {
  const entries = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return entries.length === 0 ? undefined : entries;
}
