import { type AttributeValue, detailBlockOf, type TraceColumns } from '@throughline/model';

import { textOf } from '../attribute-value.ts';
import type { DetailsReader } from '../span-details.ts';
import type { RowGroups } from './statistics.ts';

/** Longer values are cut: they name a group. */
const MAX_LABEL_LENGTH = 200;
/** More different values than these share a last group. */
const MAX_GROUPS = 1000;
const MAX_NAMES = 500;
/** So many spans, spread over the trace, are asked for their attributes' names. */
const SAMPLED_SPANS = 5000;

/** Rows by the value of an attribute of the span, else of its resource; rows without it are in no group. */
export function attributeGroups(columns: TraceColumns, details: DetailsReader, name: string): RowGroups {
  const groupOf = new Int32Array(columns.spanCount).fill(-1);
  const groups: { label: string; service: undefined }[] = [];
  const indexOf = new Map<string, number>();
  let others = -1;
  const groupFor = (value: AttributeValue): number => {
    const label = textOf(value).slice(0, MAX_LABEL_LENGTH);
    const known = indexOf.get(label);
    if (known !== undefined) return known;
    if (groups.length >= MAX_GROUPS) {
      if (others < 0) others = groups.push({ label: 'all other values', service: undefined }) - 1;
      return others;
    }
    indexOf.set(label, groups.length);
    return groups.push({ label, service: undefined }) - 1;
  };
  const ofResource = columns.resources.map((_, index) => {
    const value = details.resourceAttributes(index).get(name);
    return value === undefined ? -1 : groupFor(value);
  });
  const key = new TextEncoder().encode(name);
  for (let row = 0; row < columns.spanCount; row++) {
    const value = holdsBytes(columns, row, key) ? details.span(row).attributes.get(name) : undefined;
    groupOf[row] = value === undefined ? (ofResource[columns.resource[row] ?? 0] ?? -1) : groupFor(value);
  }
  return { groupOf, groups };
}

/** A key lies in the encoded details as it is: what does not contain its bytes needs no decoding. */
function holdsBytes(columns: TraceColumns, row: number, key: Uint8Array): boolean {
  const { block, start, end } = detailBlockOf(columns, row);
  const details = block.bytes;
  const first = key[0];
  for (let at = start; at <= end - key.length; at++) {
    if (details[at] !== first) continue;
    let length = 1;
    while (length < key.length && details[at + length] === key[length]) length++;
    if (length === key.length) return true;
  }
  return false;
}

/** Names of the attributes of resources and spans, the most frequent first; of very large traces, of a part of the spans. */
export function attributeNames(columns: TraceColumns, details: DetailsReader): readonly string[] {
  const counts = new Map<string, number>();
  const count = (names: Iterable<string>): void => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const step = Math.max(1, Math.floor(columns.spanCount / SAMPLED_SPANS));
  for (let row = 0; row < columns.spanCount; row += step) count(details.span(row).attributes.keys());
  for (const [index] of columns.resources.entries()) count(details.resourceAttributes(index).keys());
  return [...counts]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(([name]) => name);
}
