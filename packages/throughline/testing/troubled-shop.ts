import { emptyAttributes, type Resource, type Span, SpanKind, StatusCode } from '@throughline/model';

/** Text that must never become markup, a script or an escape sequence. */
export const HOSTILE = '"><script>document.title="owned"</script><img src="http://127.0.0.1:9/x.png">\u001b[31m&amp;';

export const TROUBLE_START_MINUTE = 7;
const MINUTES = 10;
const TRACES_A_MINUTE = 20;
const EPOCH_UNIX_NANO = 1_700_000_000_000_000_000n - (1_700_000_000_000_000_000n % 60_000_000_000n);

/**
 * Ten minutes of a shop: `gateway` calls `orders`, which calls `pay`. From the seventh minute on every second call of `pay` is
 * served by version 2, which takes half a second and fails. A service, an operation and a message are hostile.
 */
export function troubledShop(): readonly Span[] {
  const resources = {
    gateway: resourceOf('gateway', '1'),
    orders: resourceOf('orders', '1'),
    pay1: resourceOf('pay', '1'),
    pay2: resourceOf('pay', '2'),
    hostile: resourceOf(HOSTILE, '1'),
  };
  const spans: Span[] = [];
  for (let index = 0; index < MINUTES * TRACES_A_MINUTE; index++) {
    const minute = Math.floor(index / TRACES_A_MINUTE);
    const isBad = minute >= TROUBLE_START_MINUTE && index % 2 === 0;
    const start = EPOCH_UNIX_NANO + (BigInt(index) * 60_000_000_000n) / BigInt(TRACES_A_MINUTE);
    const payMs = (isBad ? 500 : 20) + (index % 7);
    const span = (id: number, parent: number, name: string, resource: Resource, atMs: number, ms: number): Span => ({
      traceId: (index + 1).toString(16).padStart(32, '0'),
      spanId: (index * 10 + id).toString(16).padStart(16, '0'),
      parentSpanId: parent === 0 ? '' : (index * 10 + parent).toString(16).padStart(16, '0'),
      traceState: '',
      flags: 1,
      name,
      kind: SpanKind.SERVER,
      startTimeUnixNano: start + BigInt(atMs) * 1_000_000n,
      endTimeUnixNano: start + BigInt(atMs + ms) * 1_000_000n,
      attributes: emptyAttributes,
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: isBad && id <= 3 ? { code: StatusCode.ERROR, message: HOSTILE } : { code: StatusCode.UNSET, message: '' },
      resource,
      scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
      weight: 1,
    });
    spans.push(
      span(1, 0, 'POST /order', resources.gateway, 0, payMs + 20),
      span(2, 1, 'place', resources.orders, 5, payMs + 10),
      span(3, 2, 'charge', isBad ? resources.pay2 : resources.pay1, 8, payMs),
      span(4, 1, HOSTILE, resources.hostile, 1, 2),
    );
  }
  return spans;
}

function resourceOf(service: string, version: string): Resource {
  return {
    attributes: new Map([
      ['service.name', service],
      ['service.version', version],
    ]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
}
