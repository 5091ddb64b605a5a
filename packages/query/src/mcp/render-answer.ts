import { type Answer, MAX_WHOLE_LENGTH, type Row, type Scalar, type Value } from './answer.ts';
import { markSpanText, SPAN_TEXT_NOTICE } from './span-text.ts';

/**
 * Bytes of UTF-8 for which one token is counted. English has four to five a token, ids about two and a half: an answer
 * with both stays near its budget, and its size in bytes is bounded exactly.
 */
export const BYTES_PER_TOKEN = 3;

export const MIN_TOKENS = 1_000;
export const DEFAULT_TOKENS = 4_000;
export const MAX_TOKENS = 25_000;

/** Elements of a list within a field. */
const MAX_LIST_LENGTH = 12;
/** Rows that every section gets before the first one gets more. */
const FIRST_ROWS = 3;
/** As many digits as a number of what was left out may have. */
const LARGE_COUNT = 999_999_999;

type JsonScalar = string | number | boolean | null;

export type Json = JsonScalar | readonly Json[] | { readonly [name: string]: Json };

export interface RenderedAnswer {
  readonly text: string;
  readonly structured: { readonly [name: string]: Json };
}

/**
 * The answer as text and as JSON, each of at most `maxTokens * BYTES_PER_TOKEN` bytes. Facts, links and reasons come
 * first, then the rows, a few of every section before many of one. What does not fit is counted in `omitted`.
 */
export function renderAnswer(answer: Answer, maxTokens: number): RenderedAnswer {
  const room = new Room(maxTokens * BYTES_PER_TOKEN);
  const narrow = cutAdvice(answer, maxTokens);
  // First what is there whatever the answer holds, with the words about what was cut.
  const names = ['facts', 'links', 'incomplete', ...answer.sections.map(({ name }) => name)];
  const frame = { ...answer, facts: {}, links: { none: null }, reasons: [{}], sections: withoutRows(answer.sections) };
  const cutAll = { omitted: Object.fromEntries(names.map((name) => [name, LARGE_COUNT])), narrow };
  room.take(textOf(frame, cutAll), jsonOf(frame, cutAll));

  const facts = fitting(entriesOf(answer.facts), room);
  const links = fitting(entriesOf(answer.links), room);
  const reasons = fitting(
    answer.reasons.map(({ code, message }) => ({ code: { own: code }, message })),
    room,
  );
  const counts = answer.sections.map(() => 0);
  for (const most of [FIRST_ROWS, Number.POSITIVE_INFINITY]) {
    answer.sections.forEach(({ rows }, index) => {
      const from = counts[index] ?? 0;
      counts[index] = from + fitting(rows.slice(from, most), room).length;
    });
  }
  const omitted: Record<string, number> = {};
  const count = (name: string, all: number, shown: number): void => {
    if (shown < all) omitted[name] = all - shown;
  };
  count('facts', entriesOf(answer.facts).length, facts.length);
  count('links', entriesOf(answer.links).length, links.length);
  count('incomplete', answer.reasons.length, reasons.length);
  answer.sections.forEach(({ name, rows, total }, index) => count(name, total ?? rows.length, counts[index] ?? 0));

  const sections = answer.sections.map((section, index) => ({
    ...section,
    rows: section.rows.slice(0, counts[index]),
  }));
  const shown = {
    ...answer,
    facts: Object.assign({}, ...facts),
    links: Object.assign({}, ...links),
    reasons,
    sections,
  };
  const cut = Object.keys(omitted).length === 0 ? undefined : { omitted, narrow };
  return { text: textOf(shown, cut), structured: jsonOf(shown, cut) };
}

interface Shown {
  readonly title: string;
  readonly facts: Row;
  readonly links: Row;
  readonly reasons: readonly Row[];
  readonly sections: Answer['sections'];
}

interface Cut {
  readonly omitted: Readonly<Record<string, number>>;
  readonly narrow: string;
}

function cutAdvice({ narrow }: Answer, maxTokens: number): string {
  return maxTokens < MAX_TOKENS ? `${narrow} Or raise max_tokens (at most ${MAX_TOKENS}).` : narrow;
}

function withoutRows(sections: Answer['sections']): Answer['sections'] {
  return sections.map((section) => ({ ...section, rows: [] }));
}

function textOf({ title, facts, links, reasons, sections }: Shown, cut: Cut | undefined): string {
  const lines = [`# ${title}`, SPAN_TEXT_NOTICE];
  for (const [name, value] of Object.entries(facts)) lines.push(`${name}=${textOfValue(value)}`);
  for (const section of sections) {
    lines.push(`## ${section.name}: ${section.title}`);
    lines.push(...(section.rows.length === 0 ? ['(none)'] : section.rows.map(textOfRow)));
  }
  if (Object.keys(links).length > 0) lines.push('## links');
  for (const [name, value] of Object.entries(links)) lines.push(`${name}=${textOfValue(value)}`);
  if (reasons.length > 0) lines.push('## incomplete', ...reasons.map(textOfRow));
  if (cut !== undefined) {
    const parts = Object.entries(cut.omitted).map(([name, count]) => `${count} of ${name}`);
    lines.push(`## truncated`, `Left out to stay within max_tokens: ${parts.join(', ')}. ${cut.narrow}`);
  }
  return lines.join('\n');
}

function textOfRow(row: Row): string {
  const parts = Object.entries(row).filter(([, value]) => value !== undefined);
  return `- ${parts.map(([name, value]) => `${name}=${textOfValue(value)}`).join(' ')}`;
}

function textOfValue(value: Value): string {
  const json = jsonOfValue(value);
  return isList(json) ? `[${json.join(', ')}]` : String(json);
}

function jsonOf({ title, facts, links, reasons, sections }: Shown, cut: Cut | undefined): RenderedAnswer['structured'] {
  return {
    notice: SPAN_TEXT_NOTICE,
    title,
    facts: jsonOfRow(facts),
    sections: Object.fromEntries(sections.map(({ name, rows }) => [name, rows.map(jsonOfRow)])),
    links: jsonOfRow(links),
    complete: reasons.length === 0,
    incomplete: reasons.map(jsonOfRow),
    ...(cut !== undefined && { truncated: { omitted: cut.omitted, narrow: cut.narrow } }),
  };
}

function jsonOfRow(row: Row): { readonly [name: string]: Json } {
  const fields: [string, Json][] = [];
  for (const [name, value] of Object.entries(row)) if (value !== undefined) fields.push([name, jsonOfValue(value)]);
  return Object.fromEntries(fields);
}

function jsonOfValue(value: Value): JsonScalar | readonly JsonScalar[] {
  if (!isList(value)) return jsonOfScalar(value);
  const shown = value.slice(0, MAX_LIST_LENGTH).map((each) => jsonOfScalar(each));
  return value.length > MAX_LIST_LENGTH ? [...shown, `and ${value.length - MAX_LIST_LENGTH} more`] : shown;
}

function jsonOfScalar(value: Scalar): JsonScalar {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return markSpanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  return 'own' in value ? value.own : markSpanText(value.whole, MAX_WHOLE_LENGTH);
}

/** `Array.isArray` does not tell readonly arrays apart. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** The fields of a row as rows of one. */
function entriesOf(row: Row): readonly Row[] {
  return Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [{ [name]: value }]));
}

/** The first of the rows, as many as there is room for. */
function fitting(rows: readonly Row[], room: Room): readonly Row[] {
  const end = rows.findIndex((row) => !room.tryTake(`${textOfRow(row)}\n`, jsonOfRow(row)));
  return end === -1 ? rows : rows.slice(0, end);
}

/** Bytes that are left for the text and for the JSON. */
class Room {
  #text: number;
  #json: number;

  constructor(bytes: number) {
    this.#text = bytes;
    this.#json = bytes;
  }

  take(text: string, json: Json): void {
    this.#text -= byteLength(text);
    // With the comma or the brace that it may need beyond its own.
    this.#json -= byteLength(JSON.stringify(json)) + 1;
  }

  tryTake(text: string, json: Json): boolean {
    if (byteLength(text) > this.#text || byteLength(JSON.stringify(json)) + 1 > this.#json) return false;
    this.take(text, json);
    return true;
  }
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
