import type { AttributeValue } from '@throughline/model';
import type { Peer } from './request-spans.ts';

/** What the text of a query says about it. */
export interface QuerySummary {
  /** The span's name: `SELECT orders`. */
  readonly summary: string;
  readonly operation: string;
  readonly collection: string | undefined;
}

const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+([\w."]+)/i;
const summaries = new Map<string, QuerySummary>();
const MAX_SUMMARIES = 10_000;

/** The operation and the first table or key of a query. Source: semantic conventions 1.44, Database, Query summary. */
export function summarize(text: string): QuerySummary {
  let summary = summaries.get(text);
  if (summary === undefined) {
    const operation = (/^\s*([A-Za-z]+)/.exec(text)?.[1] ?? 'QUERY').toUpperCase();
    const collection = TABLE.exec(text)?.[1]?.replaceAll('"', '');
    summary = { operation, collection, summary: collection === undefined ? operation : `${operation} ${collection}` };
    if (summaries.size < MAX_SUMMARIES) summaries.set(text, summary);
  }
  return summary;
}

/** Source: semantic conventions 1.44, Database client spans. */
export function databaseAttributes(options: {
  readonly system: string;
  readonly namespace: string | undefined;
  readonly text: string;
  readonly query: QuerySummary;
  readonly peer: Peer;
}): Map<string, AttributeValue> {
  const { system, namespace, text, query, peer } = options;
  const attributes = new Map<string, AttributeValue>([
    ['db.system.name', system],
    ['db.operation.name', query.operation],
    ['db.query.summary', query.summary],
    ['db.query.text', text],
    ['server.address', peer.address],
    ['server.port', BigInt(peer.port)],
  ]);
  if (namespace !== undefined) attributes.set('db.namespace', namespace);
  if (query.collection !== undefined) attributes.set('db.collection.name', query.collection);
  return attributes;
}

const PORTS: Readonly<Record<string, number>> = { postgresql: 5432, mysql: 3306, redis: 6379, mongodb: 27017 };

export function databasePort(system: string): number {
  return PORTS[system] ?? 9000;
}
