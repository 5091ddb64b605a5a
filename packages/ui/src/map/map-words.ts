import { formatDuration } from '../format/duration.ts';
import { formatRate } from '../format/rate.ts';
import { formatShare } from '../format/share.ts';
import type { MapEdge, MapNode, MapNodeKind } from './service-map.ts';

export const KIND_WORDS: Readonly<Record<MapNodeKind, string>> = {
  service: 'service',
  database: 'database',
  queue: 'queue',
  external: 'external',
  'silent-service': 'sends no spans',
};

/** Calls fail often enough to say so on the map from this share on. */
export const NOTABLE_ERROR_RATE = 0.001;

/** `2.9/s`, of a sampled edge `≈ 2.9/s`. */
export function edgeRate({ perSecond, isSampled }: Pick<MapEdge, 'perSecond' | 'isSampled'>): string {
  return isSampled ? `≈ ${formatRate(perSecond)}` : formatRate(perSecond);
}

export function edgeLabel(edge: MapEdge): string {
  return edge.errorRate >= NOTABLE_ERROR_RATE
    ? `${edgeRate(edge)} · ${formatShare(edge.errorRate)} failed`
    : edgeRate(edge);
}

/** The second line of a box. */
export function nodeLabel({ kind, perSecond, p95Nano }: MapNode): string {
  const rate = perSecond === undefined ? [] : [formatRate(perSecond)];
  if (kind !== 'service') return [KIND_WORDS[kind], ...rate].join(' · ');
  return [...rate, ...(p95Nano === undefined ? [] : [`p95 ${formatDuration(p95Nano)}`])].join(' · ');
}
