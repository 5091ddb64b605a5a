import type { SpanStore } from '@throughline/store';
import { describe, expect, it } from 'vitest';
import { serviceHealthsAnswer } from '../../src/native/analysis/set-answer-schemas.ts';
import { searchAnswer } from '../../src/native/schemas.ts';
import { testApi, type TestApi } from '../api.ts';
import { scriptedStore } from '../scripted-store.ts';
import { span, traceIdOf } from '../spans.ts';

const scripted = scriptedStore({ traces: [[span({ trace: 1, id: 1 })]], exact: () => true });

/** A store that answers some questions otherwise. */
function apiWith(answers: Partial<SpanStore>): Promise<TestApi> {
  return testApi({ ...scripted, ...answers }, { limits: { queryTimeoutMs: 50 } });
}

/** Answers nothing until the time is up. */
function hang({ signal }: { readonly signal?: AbortSignal } = {}): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

describe('an answer whose time is up', () => {
  it('lists the traces of a search without attributes, and says why', async () => {
    const api = await apiWith({ readTraces: (_tenant, _traceIds, options) => hang(options) });
    const body = searchAnswer.parse(await api.json('/v1/traces?select=span.a'));
    expect(body).toMatchObject({ complete: false, reasons: [{ code: 'query_timeout' }] });
    expect(body.traces.map(({ trace_id, attributes }) => [trace_id, attributes])).toEqual([[traceIdOf(1), undefined]]);
  });

  it('reads no attributes when the search took all the time', async () => {
    let readCount = 0;
    const api = await apiWith({
      summarizeTraces: async (tenant, wanted, options) => {
        await hang(options).catch(() => undefined);
        return scripted.summarizeTraces(tenant, wanted);
      },
      readTraces: async () => {
        readCount++;
        return new Map();
      },
    });
    const body = searchAnswer.parse(await api.json('/v1/traces?select=span.a'));
    expect(body).toMatchObject({ traces: [{ trace_id: traceIdOf(1) }], reasons: [{ code: 'query_timeout' }] });
    expect(readCount).toBe(0);
  });

  it('tells the health of the services that were read by then', async () => {
    const api = await apiWith({
      ...groupsOf(['a', 'b', 'c', 'd']),
      requests: (tenant, request, options) =>
        request.service === 'b' || request.service === 'd' ? hang(options) : scripted.requests(tenant, request),
    });
    const body = serviceHealthsAnswer.parse(await api.json('/v1/analysis/services'));
    expect(body.services.map(({ service }) => service)).toEqual(['a', 'c']);
    expect(body).toMatchObject({ service_count: 4, complete: false, reasons: [{ code: 'query_timeout' }] });
    expect(body.reasons[0]?.message).toContain('Of 4 services the health of 2 was not read');
  });

  it('is none where no service was read', async () => {
    const api = await apiWith({ ...groupsOf(['a']), requests: (_tenant, _request, options) => hang(options) });
    const failed = await api.get('/v1/analysis/services');
    expect([failed.statusCode, failed.json().error.code]).toEqual([503, 'query_timeout']);
  });

  it('is none where the store failed otherwise', async () => {
    const api = await apiWith({
      ...groupsOf(['a', 'b']),
      requests: (tenant, request) =>
        request.service === 'b' ? Promise.reject(new Error('broken')) : scripted.requests(tenant, request),
    });
    expect((await api.get('/v1/analysis/services')).statusCode).toBe(500);
  });
});

/** Services with fewer and fewer requests. */
function groupsOf(services: readonly string[]): Pick<SpanStore, 'requestGroups'> {
  return {
    requestGroups: async () => {
      const { operations: _operations, ...none } = await scripted.requests('', {
        service: '',
        window: { fromUnixNano: 0n, toUnixNano: 1n },
        stepNano: 1n,
        slowNano: 1n,
      });
      return services.map((service, i) => ({ ...none, service, operation: '', requestCount: 100 - i }));
    },
  };
}
