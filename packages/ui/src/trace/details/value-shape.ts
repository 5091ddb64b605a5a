import type { AttributeValue } from '@throughline/model';

import { textOf } from '../attribute-value.ts';
import { formatJson } from './format-json.ts';
import { formatSql } from './format-sql.ts';
import { parseStackTrace, type StackTrace } from './stack-trace.ts';
import type { TextLine } from './text-lines.ts';

/** How a value is shown. Whatever it is, its raw text can be seen and copied. */
export type ValueShape =
  | { readonly kind: 'plain' }
  | { readonly kind: 'lines'; readonly language: 'SQL' | 'JSON'; readonly lines: readonly TextLine[] }
  | { readonly kind: 'stack'; readonly trace: StackTrace };

const PLAIN: ValueShape = { kind: 'plain' };

/** Shorter texts need no layout. */
const LEAST_FORMATTED_CHARACTERS = 24;

/** What a text is, by its key and by how it reads. */
export function shapeOf(key: string, value: AttributeValue): ValueShape {
  if (typeof value === 'object') {
    // Arrays and maps as JSON has them; with bytes within them they are not JSON.
    const lines = formatJson(textOf(value));
    return lines === undefined || lines.length < 2 ? PLAIN : { kind: 'lines', language: 'JSON', lines };
  }
  if (typeof value !== 'string' || value.length < LEAST_FORMATTED_CHARACTERS) return PLAIN;
  if (/stack_?trace$|\.stack$|^stack$/i.test(key)) {
    const trace = parseStackTrace(value);
    if (trace !== undefined) return { kind: 'stack', trace };
  }
  const json = formatJson(value);
  if (json !== undefined) return { kind: 'lines', language: 'JSON', lines: json };
  if (/(?:^|[._])(?:sql|statement|query)(?:$|[._])/i.test(key)) {
    const sql = formatSql(value);
    if (sql !== undefined) return { kind: 'lines', language: 'SQL', lines: sql };
  }
  return PLAIN;
}

/** The address if a text is one of the web and nothing else; anything that could run a script is not. */
export function webAddressIn(text: string): string | undefined {
  if (text.length > 2_000 || !/^https?:\/\/[^\s<>"]+$/i.test(text)) return undefined;
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
