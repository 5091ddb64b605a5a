import { decodeJaegerJson } from '@throughline/wire';
import { describe, expect, it } from 'vitest';
import { tracesAnswer } from '../../src/jaeger/schemas.ts';
import { testApi } from '../api.ts';
import { hasSocialNetwork, type SavedTrace, socialNetwork } from '../social-network.ts';
import { storeOf } from '../store.ts';

function tags(list: readonly object[]): readonly string[] {
  return list.map((tag) => JSON.stringify(tag)).toSorted();
}

/** A trace in a form that leaves out the order of spans and tags, and the names of processes. */
function comparable(trace: SavedTrace): object {
  return {
    traceID: trace.traceID,
    spans: trace.spans
      .map((span) => ({
        traceID: span.traceID,
        spanID: span.spanID,
        flags: span.flags,
        operationName: span.operationName,
        references: span.references.map(({ refType, traceID, spanID }) => ({ refType, traceID, spanID })),
        startTime: span.startTime,
        duration: span.duration,
        tags: tags(span.tags),
        logs: span.logs.map(({ timestamp, fields }) => ({ timestamp, fields: tags(fields) })),
        service: trace.processes[span.processID]?.serviceName,
        serviceTags: tags(trace.processes[span.processID]?.tags ?? []),
      }))
      .toSorted((a, b) => (a.spanID < b.spanID ? -1 : 1)),
  };
}

describe.skipIf(!hasSocialNetwork)("Jaeger's API over traces that Jaeger recorded", async () => {
  const saved = hasSocialNetwork ? socialNetwork() : { data: [] };
  const api = await testApi(await storeOf(decodeJaegerJson(saved).spans));

  it('gives every trace back as Jaeger did', async () => {
    expect(saved.data).toHaveLength(20);
    for (const trace of saved.data) {
      const body = await api.json(`/api/traces/${trace.traceID}`);
      tracesAnswer.parse(body);
      expect(body).toMatchObject({ total: 0, limit: 0, offset: 0, errors: null });
      expect(body.data).toHaveLength(1);
      expect(Object.keys(body.data[0])).toEqual(['traceID', 'spans', 'processes', 'warnings']);
      expect(comparable(body.data[0])).toEqual(comparable(trace));
    }
  });

  it('finds them all, newest first, with all their spans', async () => {
    const body = await api.json('/api/traces?service=nginx-web-server&start=1695943858000000&end=1695943861000000');
    const byStart = saved.data.toSorted((a, b) => startOf(b) - startOf(a));
    expect(body.data.map(comparable)).toEqual(byStart.map(comparable));
  });

  it('lists the services', async () => {
    const { data, total } = await api.json('/api/services');
    const services = new Set(saved.data.flatMap(({ processes }) => Object.values(processes).map((p) => p.serviceName)));
    expect(data).toEqual([...services].toSorted());
    expect(total).toBe(12);
  });

  it('counts each call between services', async () => {
    const { data } = await api.json('/api/dependencies?endTs=1695943900000&lookback=3600000');
    const calls = new Map<string, number>();
    for (const { spans, processes } of saved.data) {
      const services = new Map(spans.map(({ spanID, processID }) => [spanID, processes[processID]?.serviceName]));
      for (const { spanID, references } of spans) {
        const [parent, child] = [services.get(references[0]?.spanID ?? ''), services.get(spanID)];
        if (parent === undefined || parent === child) continue;
        calls.set(`${parent} ${child}`, (calls.get(`${parent} ${child}`) ?? 0) + 1);
      }
    }
    const answered = data.map((edge: { parent: string; child: string; callCount: number }) => [
      `${edge.parent} ${edge.child}`,
      edge.callCount,
    ]);
    expect(new Map(answered)).toEqual(calls);
    expect(calls.size).toBeGreaterThan(5);
  });
});

function startOf({ spans }: SavedTrace): number {
  return Math.min(...spans.map(({ startTime }) => startTime));
}
