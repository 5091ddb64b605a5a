import type { Span } from '@throughline/model';
import { expect, it } from 'vitest';
import { backLinksAnswer } from '../../../src/native/explore/explore-schemas.ts';
import { testApi } from '../../api.ts';
import { EPOCH_SECONDS, span, spanIdOf, traceIdOf } from '../../spans.ts';
import { storeOf } from '../../store.ts';

const linking = (trace: number): Span => ({
  ...span({ trace, id: 1, service: 'worker', name: 'job', startMs: trace * 1_000 }),
  links: [
    {
      traceId: traceIdOf(1),
      spanId: spanIdOf(7),
      traceState: '',
      flags: 0,
      attributes: new Map(),
      droppedAttributesCount: 0,
    },
  ],
});
const api = await testApi(await storeOf([span({ trace: 1, id: 7 }), linking(2), linking(3)]));

it('lists the spans that link to a trace, newest first', async () => {
  const answer = backLinksAnswer.parse(await api.json(`/v1/traces/${traceIdOf(1)}/backlinks`));
  expect(answer).toMatchObject({ trace_id: traceIdOf(1), more: false, complete: true });
  const link = { span_id: spanIdOf(1), service: 'worker', name: 'job', linked_span_id: spanIdOf(7) };
  expect(answer.links).toMatchObject([
    { ...link, trace_id: traceIdOf(3), start_time: EPOCH_SECONDS + 3 },
    { ...link, trace_id: traceIdOf(2), start_time: EPOCH_SECONDS + 2 },
  ]);
  const cut = backLinksAnswer.parse(await api.json(`/v1/traces/${traceIdOf(1)}/backlinks?limit=1`));
  expect(cut).toMatchObject({ links: { length: 1 }, more: true, reasons: [{ code: 'link_limit' }] });
});

it('knows none of a trace that nothing links to, and refuses what is no id', async () => {
  expect(await api.json('/v1/traces/abc/backlinks')).toMatchObject({ links: [], more: false, complete: true });
  expect((await api.get('/v1/traces/nonsense/backlinks')).json().error.code).toBe('invalid_trace_id');
  expect((await api.get('/v1/traces/abc/backlinks?limit=1001')).json().error.code).toBe('invalid_parameter');
});
