import type { Attributes, AttributeValue } from '@throughline/model';

import { textOf } from '../attribute-value.ts';

export interface AttributeRow {
  readonly key: string;
  readonly value: AttributeValue;
  readonly text: string;
}

/** Attributes of one namespace, or those that are alone in theirs. */
export interface AttributeGroup {
  /** `http` for `http.route`; `''` for what has no namespace or is alone in it. */
  readonly namespace: string;
  /** By key. */
  readonly rows: readonly AttributeRow[];
}

/** A namespace of fewer is no group of its own. */
const LEAST_IN_GROUP = 2;

/** Attributes whose key or value contains `filter` (case ignored), by the first part of their keys; the rest last. */
export function groupAttributes(attributes: Attributes, filter = ''): readonly AttributeGroup[] {
  const rows = [...attributes]
    .map(([key, value]) => ({ key, value, text: textOf(value) }))
    .filter(({ key, text }) => matchesFilter(`${key}\n${text}`, filter))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const byNamespace = Map.groupBy(rows, ({ key }) => namespaceOf(key));
  const groups: AttributeGroup[] = [];
  const rest: AttributeRow[] = [];
  for (const [namespace, members] of byNamespace) {
    if (namespace === '' || members.length < LEAST_IN_GROUP) rest.push(...members);
    else groups.push({ namespace, rows: members });
  }
  groups.sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  if (rest.length > 0) {
    groups.push({ namespace: '', rows: rest.toSorted((a, b) => (a.key < b.key ? -1 : 1)) });
  }
  return groups;
}

export function matchesFilter(text: string, filter: string): boolean {
  const needle = filter.trim().toLowerCase();
  return needle === '' || text.toLowerCase().includes(needle);
}

function namespaceOf(key: string): string {
  const dot = key.indexOf('.');
  return dot <= 0 ? '' : key.slice(0, dot);
}
