// A browser's part in a trace, without an SDK: random ids, the traceparent header, and one span sent as OTLP JSON.

const KIND_CLIENT = 3;
const STATUS_ERROR = 2;

/** Begins a trace with a span. Nothing is sent before its end. */
export function beginSpan({ serviceName, otlpUrl }) {
  const traceId = randomHex(16);
  const spanId = randomHex(8);
  const startTimeUnixNano = nowUnixNano();
  return {
    traceId,
    /** The header of the request that the span is about; 01: it is recorded. */
    traceparent: `00-${traceId}-${spanId}-01`,
    end: ({ name, method, url, status, session }) => {
      const span = {
        traceId,
        spanId,
        name,
        kind: KIND_CLIENT,
        startTimeUnixNano,
        endTimeUnixNano: nowUnixNano(),
        attributes: [
          text('http.request.method', method),
          text('url.full', url),
          { key: 'http.response.status_code', value: { intValue: status } },
          text('session.id', session),
        ],
        status: status >= 400 ? { code: STATUS_ERROR } : {},
      };
      const resource = { attributes: [text('service.name', serviceName), text('service.namespace', 'shop')] };
      const scopeSpans = [{ scope: { name: 'shop.page' }, spans: [span] }];
      // The page works without its span: should it not arrive, the browser's console says so.
      fetch(`${otlpUrl}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }),
        keepalive: true,
      }).catch((error) => console.warn('The span of this order was not taken:', error.message));
    },
  };
}

function text(key, stringValue) {
  return { key, value: { stringValue } };
}

function randomHex(byteCount) {
  return Array.from(crypto.getRandomValues(new Uint8Array(byteCount)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Milliseconds with their fraction, as text in nanoseconds: a number cannot hold them. */
function nowUnixNano() {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return `${micros}000`;
}
