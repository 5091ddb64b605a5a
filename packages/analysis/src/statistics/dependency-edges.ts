import type { Trace } from '@throughline/model';
import { finish, type Steps, stepping } from '../steps.ts';
import { childrenOf, durationOf, traceFacts } from '../trace/trace-facts.ts';
import { DurationSketch } from './duration-sketch.ts';
import { type Peer, peerOf, type Transport, transportOf } from './peer.ts';

/** Calls from one service to another, or to something that has no spans. Counts are sums of weights. */
export interface DependencyEdge {
  readonly caller: string;
  readonly callee: string;
  /** `instrumented`: the callee has spans. */
  readonly calleeKind: 'instrumented' | Peer['kind'];
  readonly callCount: number;
  readonly errorCount: number;
  /** Of the callee's spans; of an uninstrumented callee as the caller saw it. Nanoseconds. */
  readonly durations: DurationSketch;
  /** Called operations, most called first. */
  readonly operations: readonly { readonly name: string; readonly callCount: number }[];
  /** Most used first. */
  readonly transports: readonly Transport[];
}

/**
 * The edges of the service graph, by caller, then callee: a parent and a child of different services, whatever their
 * kinds, and spans without such a child that name a peer (`peerOf`). Linear in spans.
 */
export function dependencyEdges(traces: Iterable<Trace>): readonly DependencyEdge[] {
  return finish(dependencyEdgesInSteps(traces));
}

/** As {@link dependencyEdges}. */
export function* dependencyEdgesInSteps(traces: Iterable<Trace>): Steps<readonly DependencyEdge[]> {
  interface Sums {
    readonly caller: string;
    readonly callee: string;
    readonly calleeKind: DependencyEdge['calleeKind'];
    callCount: number;
    errorCount: number;
    readonly durations: DurationSketch;
    readonly operations: Map<string, number>;
    readonly transports: Map<Transport, number>;
  }
  const edges = new Map<string, Sums>();
  yield* stepping(traces, (trace) => {
    const facts = traceFacts(trace);
    const { service, services, error } = facts;
    const count = (
      caller: string,
      callee: string,
      calleeKind: Sums['calleeKind'],
      row: number,
      transport: Transport,
    ) => {
      const key = `${caller}\n${callee}\n${calleeKind}`;
      let edge = edges.get(key);
      if (edge === undefined) {
        edge = {
          caller,
          callee,
          calleeKind,
          callCount: 0,
          errorCount: 0,
          durations: new DurationSketch(),
          operations: new Map(),
          transports: new Map(),
        };
        edges.set(key, edge);
      }
      const span = trace.spans[row];
      const weight = span?.weight ?? 1;
      edge.callCount += weight;
      edge.errorCount += error[row] === 1 ? weight : 0;
      edge.durations.add(durationOf(facts, row), weight);
      edge.operations.set(span?.name ?? '', (edge.operations.get(span?.name ?? '') ?? 0) + weight);
      edge.transports.set(transport, (edge.transports.get(transport) ?? 0) + weight);
    };
    for (const [row, span] of trace.spans.entries()) {
      const name = services[service[row] ?? 0] ?? '';
      const parent = trace.parent[row] ?? -1;
      if (parent >= 0 && service[parent] !== service[row]) {
        const own = transportOf(span);
        const call = trace.spans[parent];
        const transport = own === 'unknown' && call !== undefined ? transportOf(call) : own;
        count(services[service[parent] ?? 0] ?? '', name, 'instrumented', row, transport);
      }
      const peer = peerOf(span);
      if (peer === undefined || peer.name === name) continue;
      if (childrenOf(facts, row).some((child) => service[child] !== service[row])) continue;
      count(name, peer.name, peer.kind, row, transportOf(span));
    }
  });
  return [...edges.values()]
    .map(({ operations, transports, ...edge }): DependencyEdge => ({
      ...edge,
      operations: [...operations].toSorted(byCount).map(([name, callCount]) => ({ name, callCount })),
      transports: [...transports].toSorted(byCount).map(([transport]) => transport),
    }))
    .toSorted(
      (a, b) =>
        compareText(a.caller, b.caller) || compareText(a.callee, b.callee) || compareText(a.calleeKind, b.calleeKind),
    );
}

function byCount([nameA, a]: readonly [string, number], [nameB, b]: readonly [string, number]): number {
  return b - a || compareText(nameA, nameB);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
