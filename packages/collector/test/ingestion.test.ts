import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createCollectorMetrics, readIngestion } from '../src/index.ts';
import { RecentRate } from '../src/recent-rate.ts';

describe('RecentRate', () => {
  it('is of the last minute, or of the time since the start', () => {
    let now = 5_000;
    const rate = new RecentRate(() => now);
    expect(rate.perSecond()).toBe(0);
    rate.add(30);
    expect(rate.perSecond()).toBe(30);
    now += 2_000;
    expect(rate.perSecond()).toBe(10);
    now += 57_000;
    rate.add(60);
    expect(rate.perSecond()).toBe(1.5);
    now += 1_000;
    expect(rate.perSecond()).toBe(1);
    now += 58_000;
    expect(rate.perSecond()).toBe(1);
    now += 1_000;
    expect(rate.perSecond()).toBe(0);
    now += 3_600_000;
    rate.add(6);
    expect(rate.perSecond()).toBe(0.1);
  });
});

describe('readIngestion', () => {
  it('adds up the receivers, by reason', async () => {
    const metrics = createCollectorMetrics(new Registry());
    metrics.spansReceived.inc({ receiver: 'a' }, 10);
    metrics.spansReceived.inc({ receiver: 'b' }, 5);
    metrics.spansStored.inc({ receiver: 'b' }, 3);
    metrics.recentlyStored.add(3);
    metrics.spansRejected.inc({ receiver: 'a', reason: 'invalid_id' }, 2);
    metrics.spansRejected.inc({ receiver: 'b', reason: 'invalid_id' }, 1);
    metrics.spansRefused.inc({ receiver: 'a', reason: 'overloaded' }, 4);
    expect(await readIngestion(metrics)).toEqual({
      spansPerSecond: 3,
      spansReceived: 15,
      spansStored: 3,
      rejected: new Map([['invalid_id', 3]]),
      refused: new Map([['overloaded', 4]]),
    });
  });
});
