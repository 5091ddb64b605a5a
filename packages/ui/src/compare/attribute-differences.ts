import { type Attributes, type Span, StatusCode } from '@throughline/model';

import { textOf } from '../trace/attribute-value.ts';

/** An attribute (or another field) that two paired spans do not have alike; undefined where one has none. */
export interface FieldDifference {
  readonly scope: 'span' | 'resource' | 'status';
  readonly key: string;
  readonly a: string | undefined;
  readonly b: string | undefined;
}

export interface FieldDifferences {
  readonly different: readonly FieldDifference[];
  /** Attributes that are equal. */
  readonly equalCount: number;
}

const STATUS_NAMES: Readonly<Record<StatusCode, string>> = {
  [StatusCode.UNSET]: 'unset',
  [StatusCode.OK]: 'ok',
  [StatusCode.ERROR]: 'error',
};

/** What two spans say differently about themselves: status, attributes, resource; by key. */
export function fieldDifferences(a: Span | undefined, b: Span | undefined): FieldDifferences {
  const different: FieldDifference[] = [];
  let equalCount = 0;
  const add = (scope: FieldDifference['scope'], key: string, left: string | undefined, right: string | undefined) => {
    if (left === right) equalCount++;
    else different.push({ scope, key, a: left, b: right });
  };
  add('status', 'status', a && STATUS_NAMES[a.status.code], b && STATUS_NAMES[b.status.code]);
  const [messageOfA, messageOfB] = [a?.status.message ?? '', b?.status.message ?? ''];
  if (messageOfA !== '' || messageOfB !== '')
    add('status', 'message', messageOfA || undefined, messageOfB || undefined);
  for (const [scope, left, right] of [
    ['span', a?.attributes, b?.attributes],
    ['resource', a?.resource.attributes, b?.resource.attributes],
  ] as const) {
    for (const key of keysOf(left, right)) add(scope, key, valueText(left, key), valueText(right, key));
  }
  return { different, equalCount };
}

function keysOf(a: Attributes | undefined, b: Attributes | undefined): readonly string[] {
  return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].toSorted();
}

function valueText(attributes: Attributes | undefined, key: string): string | undefined {
  const value = attributes?.get(key);
  return value === undefined ? undefined : textOf(value);
}
