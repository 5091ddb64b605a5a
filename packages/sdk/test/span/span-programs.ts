import { createTraceState } from '@opentelemetry/api';
import fc from 'fast-check';
import { vi } from 'vitest';

/** How many random programs to run, unless the environment says; with time for so many on a busy machine. */
export function runs(usual: number): number {
  return Number(process.env['THROUGHLINE_SDK_RUNS'] ?? usual);
}

vi.setConfig({ testTimeout: Math.max(60_000, 60 * runs(0)) });

/** The defaults, those so small that random programs go over each of them, and those that let nothing through. */
export const SPAN_LIMITS = {
  default: {},
  small: {
    attributeCountLimit: 4,
    eventCountLimit: 2,
    linkCountLimit: 2,
    attributePerEventCountLimit: 2,
    attributePerLinkCountLimit: 2,
    attributeValueLengthLimit: 30,
  },
  smallest: {
    attributeCountLimit: 1,
    eventCountLimit: 1,
    linkCountLimit: 1,
    attributePerEventCountLimit: 1,
    attributePerLinkCountLimit: 1,
    attributeValueLengthLimit: 1,
  },
  zero: {
    attributeCountLimit: 0,
    eventCountLimit: 0,
    linkCountLimit: 0,
    attributePerEventCountLimit: 0,
    attributePerLinkCountLimit: 0,
    attributeValueLengthLimit: 0,
  },
} as const;

/** Of attributes: valid ones of every kind, and invalid ones, which the API's types rule out. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small' },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('x'.repeat(200), 'é'.repeat(60), '\ud800', '😀'.repeat(20), 'GET', 'GET', 'POST', '/orders'),
  fc.constantFrom(0, -0, 1.5, NaN, Infinity, -1, 2 ** 53, -(2 ** 63), 2 ** 63, 2 ** 32, -(2 ** 32), 1e300),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 10n, Symbol.iterator, () => 1, new Date(0)),
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.oneof(fc.string(), fc.constantFrom(null, undefined)), { maxLength: 4 }),
  fc.array(fc.oneof(fc.string(), fc.double(), fc.boolean()), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(fc.string(), fc.integer(), fc.constant(undefined))),
);

export const attributes: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom('', 'a', 'b', 'c', 'd', 'é', '7', 'long.attribute.key.of.thirty', 'k'.repeat(130)),
  value,
);

/** Instants that both SDKs read alike whatever the clock says. */
export const absoluteTime: fc.Arbitrary<[number, number] | Date | number> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 0, max: 999_999_999 })),
  fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  fc.double({ min: 1e11, max: 3e12, noNaN: true }),
);

const TRACE_STATES = ['', 'a=1', 'vendor=t61rcWkgMzE,0@tenant=x', `long=${'v'.repeat(200)}`].map((text) =>
  createTraceState(text),
);

const linkedContext = fc.record({
  traceId: fc.constantFrom('0af7651916cd43dd8448eb211c80319c', 'f'.repeat(32), '0'.repeat(32)),
  spanId: fc.constantFrom('b7ad6b7169203331', '8000000000000001', '0'.repeat(16)),
  traceState: fc.constantFrom(undefined, ...TRACE_STATES),
  traceFlags: fc.integer({ min: 0, max: 255 }),
  isRemote: fc.boolean(),
});
export const link: fc.Arbitrary<{ context: fcValue<typeof linkedContext>; attributes: Record<string, unknown> }> =
  fc.record({ context: linkedContext, attributes });

type fcValue<A> = A extends fc.Arbitrary<infer T> ? T : never;

const ERRORS = [
  new TypeError('é'.repeat(40)),
  new AggregateError([new Error('one')], 'several'),
  Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('without a stack'), { stack: undefined }),
  new DOMException('late', 'TimeoutError'),
];

export type Change =
  | { do: 'attributes'; attributes: Record<string, unknown> }
  | { do: 'attribute'; key: string; value: unknown }
  | { do: 'event'; name: string; attributes: unknown; time: unknown }
  | { do: 'link'; link: unknown }
  | { do: 'links'; links: readonly unknown[] }
  | { do: 'status'; code: 0 | 1 | 2; message: string | undefined }
  | { do: 'name'; name: string }
  | { do: 'exception'; exception: unknown; time: unknown };

/** What can be done to a span that runs. Times come from `time`. */
export function change(time: fc.Arbitrary<unknown>): fc.Arbitrary<Change> {
  return fc.oneof(
    fc.record({ do: fc.constant('attributes' as const), attributes }),
    fc.record({ do: fc.constant('attribute' as const), key: fc.constantFrom('', 'a', 'b', 'e', 'f'), value }),
    fc.record({
      do: fc.constant('event' as const),
      name: fc.string(),
      attributes: fc.oneof(attributes, fc.constant(undefined), time),
      time,
    }),
    fc.record({ do: fc.constant('link' as const), link }),
    fc.record({ do: fc.constant('links' as const), links: fc.array(link, { maxLength: 3 }) }),
    fc.record({
      do: fc.constant('status' as const),
      code: fc.constantFrom(0 as const, 1 as const, 2 as const),
      message: fc.option(fc.string(), { nil: undefined }),
    }),
    fc.record({ do: fc.constant('name' as const), name: fc.string() }),
    fc.record({
      do: fc.constant('exception' as const),
      exception: fc.oneof(
        fc.constantFrom<unknown>('text', '', { code: 12, name: 'N', message: 'm' }, { name: 'N', stack: 's' }, {}),
        fc.constantFrom(...ERRORS),
        fc.string().map((message) => new Error(message, { cause: 'another' })),
      ),
      time,
    }),
  );
}

export interface SpanStart {
  readonly name: string;
  readonly kind: 0 | 1 | 2 | 3 | 4 | undefined;
  readonly attributes: Record<string, unknown> | undefined;
  readonly links: readonly unknown[] | undefined;
}

export const spanStart: fc.Arbitrary<SpanStart> = fc.record({
  name: fc.string(),
  kind: fc.constantFrom(undefined, 0, 1, 2, 3, 4),
  attributes: fc.option(attributes, { nil: undefined }),
  links: fc.option(fc.array(link, { maxLength: 4 }), { nil: undefined }),
});
