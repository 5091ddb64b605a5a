import type { RedGroupAnswer, ServiceGraphAnswer } from '@throughline/query/client';

/** What a box stands for. Of all but a service there are no spans of its own: it is as its callers saw it. */
export type MapNodeKind = 'service' | 'database' | 'queue' | 'external' | 'silent-service';

export interface MapNode {
  readonly id: string;
  readonly name: string;
  readonly kind: MapNodeKind;
  /** Requests of a service, whoever asks; of the others the calls that were seen. Undefined while it is not known. */
  readonly perSecond: number | undefined;
  readonly errorRate: number | undefined;
  readonly p95Nano: number | undefined;
  /** TraceQL of the requests; undefined of what has no spans. */
  readonly query: string | undefined;
}

export interface MapEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Calls; of a sampled edge those of the sample. */
  readonly callCount: number;
  /** Of a sampled edge estimated from the share of traces that were read. */
  readonly perSecond: number;
  readonly errorRate: number;
  readonly avgNano: number;
  readonly p50Nano: number;
  readonly p95Nano: number;
  readonly p99Nano: number;
  readonly transports: readonly string[];
  readonly operations: readonly string[];
  readonly query: string;
  readonly isSampled: boolean;
}

export interface ServiceMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

export function serviceId(name: string): string {
  return `service ${name}`;
}

/** The graph's answer as boxes and arrows; `groups` are the services' own numbers, once they are there. */
export function serviceMapOf(answer: ServiceGraphAnswer, groups: readonly RedGroupAnswer[]): ServiceMap {
  const seconds = Math.max(1e-9, answer.window.end_time - answer.window.start_time);
  const { trace_count: traceCount, read_trace_count: readCount } = answer.sample;
  const expansion = readCount > 0 ? Math.max(1, traceCount / readCount) : 1;
  const nodes = new Map<string, MapNode>();
  const addService = (name: string): string => {
    const id = serviceId(name);
    if (!nodes.has(id)) {
      nodes.set(id, {
        id,
        name,
        kind: 'service',
        perSecond: undefined,
        errorRate: undefined,
        p95Nano: undefined,
        query: undefined,
      });
    }
    return id;
  };
  for (const group of groups) {
    const id = serviceId(group.service);
    nodes.set(id, {
      id,
      name: group.service,
      kind: 'service',
      perSecond: group.requests_per_second,
      errorRate: group.error_rate,
      p95Nano: group.durations?.p95_nano,
      query: group.query,
    });
  }
  const edges: MapEdge[] = answer.edges.map((edge) => ({
    id: `${edge.parent} > ${edge.child}`,
    from: addService(edge.parent),
    to: addService(edge.child),
    callCount: edge.call_count,
    perSecond: edge.call_count / seconds,
    ...timesOf(edge),
    isSampled: false,
  }));
  for (const peer of answer.peers) {
    const id = `${peer.kind} ${peer.peer}`;
    const edge: MapEdge = {
      id: `${peer.parent} > ${id}`,
      from: addService(peer.parent),
      to: `peer ${id}`,
      callCount: peer.sampled_call_count,
      perSecond: (peer.sampled_call_count * expansion) / seconds,
      ...timesOf(peer),
      isSampled: true,
    };
    edges.push(edge);
    const known = nodes.get(edge.to);
    const before = known?.perSecond ?? 0;
    const perSecond = before + edge.perSecond;
    nodes.set(edge.to, {
      id: edge.to,
      name: peer.peer,
      kind: peer.kind === 'service' ? 'silent-service' : peer.kind,
      perSecond,
      errorRate: perSecond === 0 ? 0 : ((known?.errorRate ?? 0) * before + edge.errorRate * edge.perSecond) / perSecond,
      // Percentiles of several callers cannot be put together.
      p95Nano: known === undefined ? edge.p95Nano : undefined,
      query: undefined,
    });
  }
  return { nodes: [...nodes.values()], edges };
}

function timesOf(
  edge: ServiceGraphAnswer['edges'][number] | ServiceGraphAnswer['peers'][number],
): Pick<MapEdge, 'errorRate' | 'avgNano' | 'p50Nano' | 'p95Nano' | 'p99Nano' | 'transports' | 'operations' | 'query'> {
  return {
    errorRate: edge.error_rate,
    avgNano: edge.duration_avg_ms * 1e6,
    p50Nano: edge.duration_p50_ms * 1e6,
    p95Nano: edge.duration_p95_ms * 1e6,
    p99Nano: edge.duration_p99_ms * 1e6,
    transports: edge.transports,
    operations: edge.operations,
    query: edge.query,
  };
}
