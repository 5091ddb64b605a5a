import type { SettingAnswer } from '@throughline/query/client';

import { formatBytes } from '../format/bytes.ts';
import { formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';

/** A number by the unit in its name: `..._ms` and `..._seconds` are durations, `..._bytes` sizes, the rest counts. */
export function quantityText(name: string, value: number): string {
  if (name.endsWith('_ms')) return formatDuration(value * 1e6);
  if (name.endsWith('_seconds')) return formatDuration(value * 1e9);
  if (name.endsWith('_bytes')) return formatBytes(value);
  return formatCount(value);
}

export function settingText({ name, value }: SettingAnswer): string {
  if (value === null) return 'not set';
  if (typeof value === 'number') return quantityText(name.split('.').at(-1) ?? name, value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  return value.length === 0 ? 'none' : value.join(', ');
}

/** `max_search_limit` as `max search limit`; a unit at the end is left out, for the value has it. */
export function nameInWords(name: string): string {
  return name.replace(/_(?:ms|seconds|bytes)$/, '').replaceAll('_', ' ');
}
