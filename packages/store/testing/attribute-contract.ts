import type { Span } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import type { SpanStore } from '../src/index.ts';

export interface AttributeContract {
  readonly store: () => SpanStore;
  readonly write: (tenant: string, spans: readonly Span[]) => Promise<void>;
  readonly newTenant: () => string;
  /** Makes the nth span, with these attributes and resource attributes beside `service.name`, n seconds after a start. */
  readonly span: (
    n: number,
    attributes: Span['attributes'],
    more?: { readonly resource?: Span['attributes']; readonly service?: string; readonly weight?: 1 | 4 },
  ) => Span;
  readonly startUnixNano: bigint;
}

const SECOND = 1_000_000_000n;
const ALL = { maxSpanCount: 1000 };

/** What every store must tell of attributes. A part of the contract of a SpanStore. */
export function attributeContract({ store, write, newTenant, span, startUnixNano }: AttributeContract): void {
  describe('attributes', () => {
    const window = (from: bigint, to: bigint) => ({
      fromUnixNano: startUnixNano + from * SECOND,
      toUnixNano: startUnixNano + to * SECOND,
    });
    const namesOf = async (tenant: string, scan: Parameters<SpanStore['attributeNames']>[1]) => {
      const { names, scanLimited } = await store().attributeNames(tenant, scan);
      return [names.map(({ scope, name, types }) => `${scope} ${name} ${types.join()}`), scanLimited];
    };
    const valuesOf = async (
      tenant: string,
      name: string,
      scan: Partial<Parameters<SpanStore['attributeValues']>[2]> = {},
    ) => {
      const full = { scope: 'span', limit: 100, ...ALL, ...scan } as const;
      const { values, scanLimited } = await store().attributeValues(tenant, name, full);
      return [values.map(({ type, value, count }) => [type, value, count]), scanLimited];
    };

    it('are listed with their scope and all their types, sorted', async () => {
      const tenant = newTenant();
      await write(tenant, [
        span(
          1,
          new Map<string, Span['attributes'] extends ReadonlyMap<string, infer Value> ? Value : never>([
            ['z', 1n],
            ['mixed', 'text'],
            ['bytes', new Uint8Array([1])],
            ['empty bytes', new Uint8Array()],
            ['list', [1n, 'x']],
            ['empty list', []],
            ['map', new Map([['k', 1n]])],
            ['nothing', null],
            ["it's ü", true],
          ]),
        ),
        span(2, new Map<string, number | bigint>([['mixed', 1.5]]), { resource: new Map([['mixed', 7n]]) }),
      ]);
      expect(await namesOf(tenant, ALL)).toEqual([
        [
          'span bytes bytes',
          'span empty bytes bytes',
          'span empty list array',
          "span it's ü bool",
          'span list array',
          'span map map',
          'resource mixed int',
          'span mixed string,double',
          'resource service.name string',
          'span z int',
        ],
        false,
      ]);
      expect(await namesOf(newTenant(), ALL)).toEqual([[], false]);
    });

    it('have scalar values, most frequent first, by the weight of distinct spans', async () => {
      const tenant = newTenant();
      const spans = [
        span(1, new Map([['k', 'a']])),
        span(2, new Map([['k', 'b']])),
        span(3, new Map([['k', 'b']])),
        span(4, new Map([['k', 'sampled']]), { weight: 4 }),
        span(5, new Map([['k', 2n ** 63n - 1n]])),
        span(6, new Map([['k', 0.5]])),
        span(7, new Map([['k', Number.NaN]])),
        span(8, new Map([['k', false]])),
        span(9, new Map([['k', ['list']]])),
        span(10, new Map([['k', '']])),
        span(11, new Map([['other', 'c']])),
      ];
      await write(tenant, spans);
      await write(tenant, spans);
      const expected = [
        ['string', 'sampled', 4],
        ['string', 'b', 2],
        ['string', '', 1],
        ['string', 'a', 1],
        ['int', 2n ** 63n - 1n, 1],
        ['double', 0.5, 1],
        ['double', Number.NaN, 1],
        ['bool', false, 1],
      ];
      expect(await valuesOf(tenant, 'k')).toEqual([expected, false]);
      expect(await valuesOf(tenant, 'k', { limit: 3 })).toEqual([expected.slice(0, 3), false]);
      expect(await valuesOf(tenant, 'k', { scope: 'resource' })).toEqual([[], false]);
      expect(await valuesOf(tenant, 'K')).toEqual([[], false]);
      expect(await valuesOf(newTenant(), 'k')).toEqual([[], false]);
    });

    it('of resources have values too, and can be those of one service', async () => {
      const tenant = newTenant();
      const of = (n: number, service: string, zone: string) =>
        span(n, new Map([['zone', `span ${zone}`]]), { service, resource: new Map([['zone', zone]]) });
      await write(tenant, [of(1, 'a', 'x'), of(2, 'a', 'y'), of(3, 'b', 'y')]);
      const zones = [
        ['string', 'y', 2],
        ['string', 'x', 1],
      ];
      expect(await valuesOf(tenant, 'zone', { scope: 'resource' })).toEqual([zones, false]);
      expect(await valuesOf(tenant, 'zone', { scope: 'resource', service: 'b' })).toEqual([
        [['string', 'y', 1]],
        false,
      ]);
      expect(await valuesOf(tenant, 'zone', { service: 'b' })).toEqual([[['string', 'span y', 1]], false]);
      expect(await valuesOf(tenant, 'service.name', { scope: 'resource' })).toEqual([
        [
          ['string', 'a', 2],
          ['string', 'b', 1],
        ],
        false,
      ]);
    });

    it('are read of the window, and of the newest spans up to the limit', async () => {
      const tenant = newTenant();
      // Three minutes, of which the window may cut the first and the last.
      const spans = Array.from({ length: 12 }, (_, i) => span(i * 15, new Map([[`n${i * 15}`, 'x']])));
      await write(tenant, spans);
      const read = async (maxSpanCount: number, within?: ReturnType<typeof window>) => {
        const [names = [], limited] = await namesOf(tenant, { maxSpanCount, ...(within && { window: within }) });
        const numbers = (Array.isArray(names) ? names : [])
          .filter((name) => name.startsWith('span '))
          .map((name) => Number(/\d+/.exec(name)?.[0]));
        return [numbers.sort((a, b) => a - b), limited];
      };
      const from = (first: number) => spans.map((_, i) => i * 15).filter((n) => n >= first);
      expect(await read(12)).toEqual([from(0), false]);
      expect(await read(11)).toEqual([from(15), true]);
      expect(await read(1)).toEqual([from(165), true]);
      expect(await read(0)).toEqual([[], true]);
      expect(await read(3, window(15n, 60n))).toEqual([[15, 30, 45], false]);
      expect(await read(2, window(15n, 60n))).toEqual([[30, 45], true]);
      expect(await read(4, window(45n, 150n))).toEqual([[90, 105, 120, 135], true]);
      expect(await read(7, window(45n, 150n))).toEqual([[45, 60, 75, 90, 105, 120, 135], false]);
      expect(await read(9, window(60n, 60n))).toEqual([[], false]);
      expect(await valuesOf(tenant, 'n0', { maxSpanCount: 11 })).toEqual([[], true]);
      expect(await valuesOf(tenant, 'n0', { maxSpanCount: 12 })).toEqual([[['string', 'x', 1]], false]);
    });
  });
}
