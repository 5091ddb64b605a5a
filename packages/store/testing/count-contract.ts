import { assembleTrace, durationNano, isErrorSpan, type Span } from '@throughline/model';
import { arbitraryTangledSpans } from '@throughline/model/testing/arbitraries';
import { matchTrace, parseQuery, type Query, queryConditions } from '@throughline/traceql';
import { arbitraryFilterQuery, arbitraryVocabularySpans } from '@throughline/traceql/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeatCell, REQUEST_QUANTILES, type RequestGroupScan, type RequestStatistics } from '../src/index.ts';
import type { RequestContract } from './request-contract.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const EVERYTHING = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };

const id = (n: number, length: 16 | 32): string => n.toString(16).padStart(length, '0');

/** What every store must count. A part of the contract of a SpanStore. */
export function countContract({
  store,
  write,
  newTenant,
  span,
  resource,
  error,
  startUnixNano,
}: RequestContract): void {
  const window = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano + 10n * MINUTE };

  describe('heat maps', () => {
    const boundsNano = [0n, 1_000_000n, SECOND, 2n * SECOND];
    const cells = (tenant: string, text: string, more = {}): Promise<readonly HeatCell[] | undefined> =>
      store().heatCells(tenant, {
        conditions: queryConditions(query(text)),
        window,
        stepNano: MINUTE,
        boundsNano,
        ...more,
      });
    const column = (n: number): bigint => startUnixNano / MINUTE + BigInt(n);

    it('count distinct weighted spans by start and duration, bounds belonging to the row above', async () => {
      const tenant = newTenant();
      const lasting = (n: number, minute: number, nano: bigint, fields: Partial<Span> = {}): Span => {
        const startTimeUnixNano = startUnixNano + BigInt(minute) * MINUTE;
        return span({ traceId: id(n, 32), startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + nano, ...fields });
      };
      const spans = [
        lasting(1, 0, SECOND),
        lasting(2, 0, SECOND - 1n, { status: error }),
        lasting(3, 0, SECOND + 1n, { traceState: 'ot=th:c', weight: 4 }),
        lasting(4, 2, 0n),
        lasting(5, 2, 3600n * SECOND, { status: error, resource: resource('back') }),
        lasting(6, 10, SECOND),
        lasting(7, -1, SECOND),
      ];
      await write(tenant, spans);
      await write(tenant, spans);
      expect(await cells(tenant, '{ }')).toEqual([
        { column: column(0), row: 1, count: 1, errorCount: 1 },
        { column: column(0), row: 2, count: 5, errorCount: 0 },
        { column: column(2), row: 0, count: 1, errorCount: 0 },
        { column: column(2), row: 3, count: 1, errorCount: 1 },
      ]);
      expect(await cells(tenant, '{ status = error && resource.service.name = "back" }')).toEqual([
        { column: column(2), row: 3, count: 1, errorCount: 1 },
      ]);
      expect(await cells(tenant, '{ traceDuration > 10m }')).toMatchObject([{ column: column(2), row: 3 }]);
      expect(await cells(tenant, '{ traceDuration <= 1s && status = error }')).toMatchObject([{ row: 1, count: 1 }]);
      expect(await cells(tenant, '{ name = "nothing" }')).toEqual([]);
      const empty = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano };
      expect(await cells(tenant, '{ }', { window: empty })).toEqual([]);
      expect(await cells(newTenant(), '{ }')).toEqual([]);
    });

    it('have columns of any length', async () => {
      const tenant = newTenant();
      await write(tenant, [span({})]);
      for (const stepNano of [1n, SECOND, 10n * SECOND, 3600n * SECOND]) {
        const at = { column: startUnixNano / stepNano, row: 2, count: 1, errorCount: 0 };
        expect(await cells(tenant, '{ }', { stepNano })).toEqual([at]);
        const groups = await store().requestGroups(tenant, { by: 'operation', window, stepNano });
        expect(groups).toMatchObject([{ points: [{ startTimeUnixNano: at.column * stepNano }] }]);
        const filter = { service: 'front', window, stepNano, slowNano: SECOND };
        expect(await store().requests(tenant, filter)).toMatchObject({ points: [{ requestCount: 1 }] });
      }
    });

    it('are left to the caller where conditions are not exact', async () => {
      const tenant = newTenant();
      await write(tenant, [span({})]);
      expect(await cells(tenant, '{ } >> { }')).toBeUndefined();
      expect(await cells(tenant, '{ } && { }')).toBeUndefined();
    });

    it('count what the language selects, whatever the query and the spans, or nothing', async () => {
      let countedCount = 0;
      const arbitraryTraces = fc
        .array(arbitraryVocabularySpans(), { minLength: 3, maxLength: 8 })
        .map((traces) => traces.map((spans, i) => spans.map((each) => ({ ...each, traceId: id(i + 1, 32) }))));
      const arbitraryQueries = fc.array(arbitraryFilterQuery, { minLength: 8, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(arbitraryTraces, arbitraryQueries, async (traces, queries) => {
          const tenant = newTenant();
          await write(tenant, traces.flat());
          for (const each of queries) {
            const found = await store().heatCells(tenant, {
              conditions: queryConditions(each),
              window: EVERYTHING,
              stepNano: MINUTE,
              boundsNano,
            });
            if (found === undefined) continue;
            countedCount++;
            const matching = traces.flatMap((spans) => {
              const trace = assembleTrace(spans);
              return (matchTrace(each, trace) ?? []).flatMap((row) => trace.spans[row] ?? []);
            });
            expect(sum(found.map(({ count }) => count))).toBeCloseTo(weightOf(matching), 6);
            expect(sum(found.map(({ errorCount }) => errorCount))).toBeCloseTo(
              weightOf(matching.filter(isErrorSpan)),
              6,
            );
            for (const { column: at, row, count } of found) {
              const inCell = matching.filter(
                (one) =>
                  one.startTimeUnixNano / MINUTE === at &&
                  durationNano(one) >= (boundsNano[row] ?? 0n) &&
                  durationNano(one) < (boundsNano[row + 1] ?? 2n ** 64n),
              );
              expect(count).toBeCloseTo(weightOf(inCell), 6);
            }
          }
        }),
        { numRuns: 8 },
      );
      expect(countedCount).toBeGreaterThan(0);
    });
  });

  describe('requests of all services', () => {
    const scan: RequestGroupScan = { by: 'service', window, stepNano: MINUTE };
    const called = (n: number, minute: number, seconds: number, fields: Partial<Span> = {}): Span[] => {
      const startTimeUnixNano = startUnixNano + BigInt(minute) * MINUTE;
      const times = { startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + BigInt(seconds) * SECOND };
      const back = { ...times, traceId: id(n, 32), resource: resource('back') };
      return [
        span({ ...times, traceId: id(n, 32), spanId: id(1, 16), name: 'page' }),
        span({ ...back, spanId: id(2, 16), parentSpanId: id(1, 16), name: 'items', ...fields }),
        span({ ...back, spanId: id(3, 16), parentSpanId: id(2, 16), name: 'inner' }),
      ];
    };

    it('are their entry spans, by service or operation, and by step', async () => {
      const tenant = newTenant();
      const spans = [
        ...called(1, 0, 1),
        ...called(2, 1, 3, { status: error }),
        ...called(3, 1, 2, { name: 'pay', traceState: 'ot=th:c', weight: 4 }),
        ...called(4, 20, 9),
      ];
      for (const each of spans.toReversed()) await write(tenant, [each]);
      await write(tenant, spans);
      const services = await store().requestGroups(tenant, scan);
      expect(services).toMatchObject([
        {
          service: 'back',
          operation: undefined,
          requestCount: 6,
          errorCount: 1,
          durationSumNano: 12e9,
          durationMinNano: 1e9,
          durationMaxNano: 3e9,
          points: [
            { startTimeUnixNano: startUnixNano, requestCount: 1, errorCount: 0 },
            { startTimeUnixNano: startUnixNano + MINUTE, requestCount: 5, errorCount: 1, durationMaxNano: 3e9 },
          ],
        },
        { service: 'front', requestCount: 3, errorCount: 0, points: [{ requestCount: 1 }, { requestCount: 2 }] },
      ]);
      const [back] = services;
      if (back !== undefined) expectQuantiles(back, [2e9, 2e9, 3e9, 3e9, 3e9, 3e9]);
      expect(await store().requestGroups(tenant, { ...scan, by: 'operation', service: 'back' })).toMatchObject([
        { service: 'back', operation: 'items', requestCount: 2, errorCount: 1 },
        { service: 'back', operation: 'pay', requestCount: 4, errorCount: 0 },
      ]);
      const cut = { fromUnixNano: startUnixNano + 1n, toUnixNano: startUnixNano + MINUTE + 1n };
      expect(await store().requestGroups(tenant, { ...scan, window: cut })).toMatchObject([
        { service: 'back', requestCount: 5, points: [{ startTimeUnixNano: startUnixNano + MINUTE }] },
        { service: 'front', requestCount: 2 },
      ]);
      const empty = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano };
      expect(await store().requestGroups(tenant, { ...scan, window: empty })).toEqual([]);
      expect(await store().requestGroups(newTenant(), scan)).toEqual([]);
    });

    it('are those of each service, whatever the spans are', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryTangledSpans({ maxSpans: 10 }), async (spans) => {
          const tenant = newTenant();
          await write(tenant, spans);
          const everything = { ...scan, window: EVERYTHING };
          const groups = await store().requestGroups(tenant, everything);
          for (const service of await store().services(tenant)) {
            const { requestCount, errorCount, points } = await store().requests(tenant, {
              service,
              window: EVERYTHING,
              stepNano: MINUTE,
              slowNano: 0n,
            });
            const group = groups.find((each) => each.service === service);
            expect(group?.requestCount ?? 0).toBeCloseTo(requestCount, 6);
            expect(group?.errorCount ?? 0).toBeCloseTo(errorCount, 6);
            const starts = (of: RequestPoints | undefined): unknown =>
              of?.points.map(({ startTimeUnixNano }) => startTimeUnixNano) ?? [];
            expect(starts(group)).toEqual(starts({ points }));
          }
          const operations = await store().requestGroups(tenant, { ...everything, by: 'operation' });
          expect(sum(operations.map(({ requestCount }) => requestCount))).toBeCloseTo(
            sum(groups.map(({ requestCount }) => requestCount)),
            6,
          );
        }),
        { numRuns: 10 },
      );
    });
  });

  describe('versions of a service', () => {
    it('are told with their first and last start, and how much has none', async () => {
      const tenant = newTenant();
      const versioned = (version: string | bigint | undefined): Span['resource'] => {
        const { attributes, ...rest } = resource('back');
        const more = version === undefined ? [] : [['service.version', version] as const];
        return { attributes: new Map([...attributes, ...more, ['host.name', 'h']]), ...rest };
      };
      const at = (minute: number, fields: Partial<Span>): Span =>
        span({ traceId: id(minute + 5, 32), startTimeUnixNano: startUnixNano + BigInt(minute) * MINUTE, ...fields });
      const spans = [
        at(3, { resource: versioned('v1') }),
        at(1, { resource: versioned('v1'), traceState: 'ot=th:c', weight: 4 }),
        at(2, { resource: versioned(2n) }),
        at(2, { resource: versioned(undefined) }),
        at(2, { spanId: id(9, 16) }),
        at(30, { resource: versioned('v3') }),
      ];
      await write(tenant, spans);
      await write(tenant, spans);
      const start = (minute: number): bigint => startUnixNano + BigInt(minute) * MINUTE;
      expect(await store().serviceVersions(tenant, { service: 'back', window })).toEqual({
        versions: [
          { version: 'v1', firstStartUnixNano: start(1), lastStartUnixNano: start(3), spanCount: 5 },
          { version: '2', firstStartUnixNano: start(2), lastStartUnixNano: start(2), spanCount: 1 },
        ],
        unversionedCount: 1,
      });
      const none = { versions: [], unversionedCount: 0 };
      expect(await store().serviceVersions(tenant, { service: 'nobody', window })).toEqual(none);
      const empty = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano };
      expect(await store().serviceVersions(tenant, { service: 'back', window: empty })).toEqual(none);
    });
  });
}

interface RequestPoints {
  readonly points: readonly { readonly startTimeUnixNano: bigint }[];
}

function query(text: string): Query {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.query;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function weightOf(spans: readonly Span[]): number {
  return sum(spans.map(({ weight }) => weight));
}

/** At the shares of REQUEST_QUANTILES, within 2 %. */
function expectQuantiles({ durationQuantilesNano }: RequestStatistics, expected: readonly number[]): void {
  expect(durationQuantilesNano).toHaveLength(REQUEST_QUANTILES.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((durationQuantilesNano[i] ?? 0) - value)).toBeLessThanOrEqual(value * 0.02);
  }
}
