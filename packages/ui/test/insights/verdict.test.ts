import { describe, expect, it } from 'vitest';

import { clearestAnswer, LEAST_TRACES, verdictOf } from '../../src/insights/verdict.ts';
import { cause, change, changes, feature, rootCauses } from './answers.ts';

const few = { trace_count: 5, read_trace_count: LEAST_TRACES - 1, read_span_count: 5 };
const enough = { trace_count: 50, read_trace_count: LEAST_TRACES, read_span_count: 50 };

describe('the verdict', () => {
  it('needs traces, and enough of them on both sides', () => {
    const none = { trace_count: 0, read_trace_count: 0, read_span_count: 0 };
    expect(verdictOf(rootCauses({ sample: none }), undefined).kind).toBe('no_traces');
    expect(verdictOf(rootCauses({ sample: few }), undefined).kind).toBe('too_few');
    const { window } = rootCauses();
    expect(verdictOf(rootCauses({ reference: { ...window, ...few } }), undefined).kind).toBe('too_few');
    expect(verdictOf(rootCauses({ sample: enough, reference: { ...window, ...enough } }), undefined).kind).toBe(
      'nothing',
    );
  });

  it('finds nothing in a slight deviation, and names it as a lead', () => {
    expect(verdictOf(rootCauses({ services: [cause('payment', 0.05)] }), changes())).toMatchObject({
      kind: 'nothing',
      lead: { name: 'payment' },
    });
    expect(verdictOf(rootCauses(), undefined)).toMatchObject({ kind: 'nothing', lead: undefined });
  });

  it('takes a slight deviation for the cause where a change of level confirms it', () => {
    const services = [cause('payment', 0.05)];
    expect(verdictOf(rootCauses({ services }), changes([change()])).kind).toBe('cause');
    expect(verdictOf(rootCauses({ services }), changes([change({ significance: 4 })])).kind).toBe('nothing');
    expect(verdictOf(rootCauses({ services }), changes([change({ kind: 'faster' })])).kind).toBe('nothing');
    expect(verdictOf(rootCauses({ services }), changes([change({ service: 'web' })])).kind).toBe('nothing');
  });

  it('says what, since when, where and with what', () => {
    const verdict = verdictOf(
      rootCauses({
        services: [cause('payment', 0.6), cause('web', 0.1)],
        instances: [cause('pay-1', 0.5, { service: 'payment' }), cause('pay-2', 0.1, { service: 'payment' })],
        attributes: [feature({ key: 'host.name', value: 'h' }), feature()],
        split: { time: 1500, until_time: null, reference: 'before' },
      }),
      changes([change({ until_time: 2500 }), change({ since_time: 3000, significance: 7 })]),
    );
    expect(verdict).toMatchObject({
      kind: 'cause',
      cause: {
        name: 'payment',
        aheadOf: undefined,
        what: 'Charge takes 6.0× its usual 20.0 ms in 13.2 % of the spans',
        // What lasts counts before what is over.
        sinceMs: 3_000_000,
        untilMs: undefined,
        instance: 'pay-1',
        marker: 'service.version = 5.1.0 (payment)',
      },
    });
  });

  it('names the second where it is close, and no instance or value that is not alone', () => {
    const verdict = verdictOf(
      rootCauses({
        services: [cause('payment', 0.5), cause('web', 0.45)],
        instances: [cause('pay-1', 0.5, { service: 'payment' }), cause('pay-2', 0.4, { service: 'payment' })],
        attributes: [feature({ service: 'web' }), feature({ lift: 0.2 }), feature({ key: 'error.type' })],
        split: { time: 1500, until_time: 1600, reference: 'before' },
      }),
      undefined,
    );
    expect(verdict).toMatchObject({
      cause: {
        aheadOf: 'web',
        instance: undefined,
        marker: undefined,
        sinceMs: 1_500_000,
        untilMs: 1_600_000,
      },
    });
  });
});

describe('of several rankings', () => {
  it('the one with the confirmed cause counts, else the stronger', () => {
    const [strong, weak] = [
      rootCauses({ services: [cause('web', 0.09)] }),
      rootCauses({ services: [cause('payment', 0.05)] }),
    ];
    expect(clearestAnswer([weak, strong], undefined)).toBe(strong);
    expect(clearestAnswer([strong, weak], changes([change()]))).toBe(weak);
    expect(clearestAnswer([], undefined)).toBeUndefined();
  });

  it('one whose reference has too few traces counts last', () => {
    const { window } = rootCauses();
    const empty = rootCauses({ services: [cause('web', 0.9)], reference: { ...window, ...few } });
    const within = rootCauses();
    expect(clearestAnswer([empty, within], undefined)).toBe(within);
  });
});
