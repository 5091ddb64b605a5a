import { describe, expect, test } from 'vitest';
import { type Consumer, MAX_WAITING_MESSAGES, SubscriberQueue } from '../src/broker/subscriber-queue.ts';

interface Given {
  readonly id: string;
  readonly number: number;
  readonly redelivered: boolean;
}

function consumer(prefetch: number): Consumer & { readonly given: Given[] } {
  const given: Given[] = [];
  return {
    prefetch,
    given,
    deliver: (number, { message, redelivered }) => given.push({ id: message.id, number, redelivered }),
  };
}

function filled(...ids: readonly string[]): SubscriberQueue {
  const queue = new SubscriberQueue();
  for (const id of ids) queue.put({ id, headers: {}, body: null });
  return queue;
}

const idsOf = ({ given }: { readonly given: readonly Given[] }): readonly string[] => given.map(({ id }) => id);

describe('the messages of one subscriber', () => {
  test('wait for a consumer and come in order', () => {
    const queue = filled('a', 'b');
    const one = consumer(5);
    queue.add(one);
    queue.put({ id: 'c', headers: {}, body: null });
    expect(idsOf(one)).toEqual(['a', 'b', 'c']);
    expect(queue.waitingCount).toBe(0);
  });

  test('are given as far as the consumer settles what it has', () => {
    const queue = filled('a', 'b', 'c');
    const one = consumer(2);
    queue.add(one);
    expect(idsOf(one)).toEqual(['a', 'b']);
    queue.settle(one, one.given[1]?.number ?? 0, 'done');
    expect(idsOf(one)).toEqual(['a', 'b', 'c']);
  });

  test('are shared by consumers', () => {
    const queue = new SubscriberQueue();
    const [one, two] = [consumer(2), consumer(2)];
    queue.add(one);
    queue.add(two);
    for (const id of ['a', 'b', 'c', 'd', 'e']) queue.put({ id, headers: {}, body: null });
    expect([...idsOf(one), ...idsOf(two)].toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(queue.waitingCount).toBe(1);
  });

  test('come again, marked, when the consumer asks for it', () => {
    const queue = filled('a', 'b');
    const one = consumer(1);
    queue.add(one);
    queue.settle(one, one.given[0]?.number ?? 0, 'again');
    expect(one.given.map(({ id, redelivered }) => [id, redelivered])).toEqual([
      ['a', false],
      ['a', true],
    ]);
  });

  test('go to another consumer, marked and in their order, when one is lost before it settled them', () => {
    const queue = filled('a', 'b', 'c', 'd', 'e');
    const lost = consumer(3);
    queue.add(lost);
    queue.settle(lost, lost.given[1]?.number ?? 0, 'done');
    queue.remove(lost);
    const next = consumer(10);
    queue.add(next);
    expect(next.given.map(({ id, redelivered }) => [id, redelivered])).toEqual([
      ['a', true],
      ['c', true],
      ['d', true],
      ['e', false],
    ]);
    // It was given away: what the lost one says later counts no more.
    queue.settle(lost, lost.given[0]?.number ?? 0, 'again');
    expect(next.given).toHaveLength(4);
  });

  test('are as many as the limit at most', () => {
    const queue = new SubscriberQueue();
    for (let index = 0; index < MAX_WAITING_MESSAGES; index++) {
      expect(queue.isFull).toBe(false);
      queue.put({ id: String(index), headers: {}, body: null });
    }
    expect(queue.isFull).toBe(true);
    const one = consumer(1);
    queue.add(one);
    expect(queue.isFull).toBe(false);
  });
});
