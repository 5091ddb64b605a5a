import { describe, expect, test } from 'vitest';
import { type Process, RandomSource, Resource, Simulation } from '../../src/index.ts';

describe('resources', () => {
  test('the queue goes by priority, then by coming; a request that gives up leaves it', () => {
    const simulation = new Simulation();
    const resource = new Resource(simulation, 1);
    const held = resource.request();
    const [low, other, urgent, gone] = [
      resource.request(1),
      resource.request(1),
      resource.request(0),
      resource.request(),
    ];
    expect(resource.queueLength).toBe(4);
    resource.release(gone);
    const order: string[] = [];
    for (const [name, grant] of Object.entries({ low, other, urgent })) {
      grant.addListener({ eventHappened: () => void order.push(name) });
    }
    for (const grant of [held, urgent, low, other]) resource.release(grant);
    expect(order).toEqual(['urgent', 'low', 'other']);
    expect([resource.inUse, resource.queueLength, gone.isPending]).toEqual([0, 0, true]);
  });

  test('a larger capacity serves the queue, a smaller one waits for releases', () => {
    const resource = new Resource(new Simulation(), 1);
    const [a, b, c] = [resource.request(), resource.request(), resource.request()];
    resource.setCapacity(2);
    expect([a.isPending, b.isPending, c.isPending]).toEqual([false, false, true]);
    resource.setCapacity(1);
    resource.release(a);
    expect(c.isPending).toBe(true);
    resource.release(b);
    expect(c.isPending).toBe(false);
  });

  test('an interrupted process gives back what it was granted at the same instant', () => {
    const simulation = new Simulation();
    const resource = new Resource(simulation, 1);
    function* user(): Process {
      const grant = resource.request();
      try {
        if (grant.isPending) yield grant;
        yield 10;
      } finally {
        resource.release(grant);
      }
    }
    simulation.spawn(user());
    const waiting = simulation.spawn(user());
    simulation.run(5);
    waiting.interrupt();
    simulation.run();
    expect([resource.inUse, resource.queueLength, resource.grantCount]).toEqual([0, 0, 1]);
  });
});

/** The mean wait in batches of customers, after a warm-up; means of long batches are nearly independent. */
function meanWaits(options: { readonly servers: number; readonly arrivals: number; readonly seed: number }): number[] {
  const BATCHES = 30;
  const CUSTOMERS = 8_000;
  const SECOND = 1e9;
  const simulation = new Simulation();
  const resource = new Resource(simulation, options.servers);
  const random = new RandomSource(options.seed);
  const [between, service] = [random.stream('arrivals'), random.stream('service')];
  const waitsNano: number[] = [];
  function* customer(): Process {
    const askedAt = simulation.nowNano;
    const grant = resource.request();
    if (grant.isPending) yield grant;
    waitsNano.push(simulation.nowNano - askedAt);
    yield service.exponential() * SECOND;
    resource.release(grant);
  }
  function* source(): Process {
    for (let i = 0; i < (BATCHES + 1) * CUSTOMERS; i++) {
      yield (between.exponential() / options.arrivals) * SECOND;
      simulation.spawn(customer());
    }
  }
  simulation.spawn(source());
  simulation.run();
  return Array.from({ length: BATCHES }, (_, i) => {
    const batch = waitsNano.slice((i + 1) * CUSTOMERS, (i + 2) * CUSTOMERS);
    return batch.reduce((sum, wait) => sum + wait, 0) / batch.length / SECOND;
  });
}

/** The probability that all servers are busy (Erlang's C formula). */
function erlangC(servers: number, load: number): number {
  let term = 1;
  let sum = 0;
  for (let i = 0; i < servers; i++) {
    sum += term;
    term *= load / (i + 1);
  }
  const busy = term / (1 - load / servers);
  return busy / (sum + busy);
}

test('Erlang C of one server is its load', () => {
  expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
});

describe('waiting times are those of queueing theory, within the confidence interval', () => {
  // Servers that serve one customer a second on average.
  test.each([
    { name: 'M/M/1 at 50 %', servers: 1, arrivals: 0.5 },
    { name: 'M/M/1 at 80 %', servers: 1, arrivals: 0.8 },
    { name: 'M/M/3 at 80 %', servers: 3, arrivals: 2.4 },
    { name: 'M/M/8 at 90 %', servers: 8, arrivals: 7.2 },
  ])('$name', ({ servers, arrivals }) => {
    const theory = erlangC(servers, arrivals) / (servers - arrivals);
    const waits = meanWaits({ servers, arrivals, seed: 11 });
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    const variance = waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / (waits.length - 1);
    // Student's t with 29 degrees of freedom, 99 %.
    const halfWidth = 2.756 * Math.sqrt(variance / waits.length);
    expect(Math.abs(mean - theory)).toBeLessThan(halfWidth);
    // The interval is narrow enough to mean something.
    expect(halfWidth).toBeLessThan(0.15 * theory);
  });
});
