import { textTemplate } from '../../text-template.ts';
import { labelOf, type Pattern, type PatternContext } from './pattern.ts';

/** Long by their nature, and meant to be there. */
const MAY_BE_LONG: ReadonlySet<string> = new Set(['exception.stacktrace', 'db.query.text', 'db.statement']);

interface Names {
  readonly distinct: Set<string>;
  readonly rows: number[];
}

/**
 * Names that hold what belongs into attributes: at least `minDistinctNames` span names of one service, or attribute
 * keys, that differ only in ids and numbers. They cost a store and every list of operations. Saving: 0. O(n).
 */
export function highCardinality(context: PatternContext): readonly Pattern[] {
  const { facts, options } = context;
  const operations = new Map<string, Names>();
  const keys = new Map<string, Names>();
  const templates = new Map<string, string>();
  const note = (groups: Map<string, Names>, group: string, name: string, row: number): void => {
    let names = groups.get(group);
    if (names === undefined) {
      names = { distinct: new Set(), rows: [] };
      groups.set(group, names);
    }
    if (names.distinct.has(name)) return;
    names.distinct.add(name);
    names.rows.push(row);
  };
  const templateOf = (name: string): string => {
    let template = templates.get(name);
    if (template === undefined) {
      template = textTemplate(name);
      templates.set(name, template);
    }
    return template;
  };
  for (const [row, span] of facts.trace.spans.entries()) {
    const operation = templateOf(span.name);
    if (operation !== span.name) note(operations, `${facts.service[row]} ${operation}`, span.name, row);
    for (const key of span.attributes.keys()) {
      const template = templateOf(key);
      if (template !== key) note(keys, template, key, row);
    }
  }
  const found: Pattern[] = [];
  const report = (groups: Map<string, Names>, say: (names: Names) => string): void => {
    for (const names of groups.values()) {
      if (names.distinct.size < options.minDistinctNames) continue;
      found.push({
        kind: 'high_cardinality',
        summary: say(names),
        rows: names.rows,
        spanCount: names.rows.length,
        savingNano: 0,
        confidence: 'likely',
      });
    }
  };
  report(operations, ({ distinct, rows }) => `${distinct.size} span names like ${labelOf(context, rows[0] ?? 0)}`);
  report(keys, ({ distinct }) => `${distinct.size} attribute names like ${[...distinct][0]?.slice(0, 100) ?? ''}`);
  return found;
}

/** Attributes longer than `maxAttributeLength`, by key: bodies that were put into spans. Saving: 0. O(n). */
export function payloadInAttribute(context: PatternContext): readonly Pattern[] {
  const { facts, options } = context;
  const keys = new Map<string, { readonly rows: number[]; length: number }>();
  for (const [row, span] of facts.trace.spans.entries()) {
    for (const [key, value] of span.attributes) {
      const length = typeof value === 'string' || value instanceof Uint8Array ? value.length : 0;
      if (length <= options.maxAttributeLength || MAY_BE_LONG.has(key)) continue;
      const found = keys.get(key);
      if (found === undefined) keys.set(key, { rows: [row], length });
      else {
        found.rows.push(row);
        found.length += length;
      }
    }
  }
  return [...keys].map(([key, { rows, length }]) => ({
    kind: 'payload_in_attribute',
    summary: `${key.slice(0, 100)} holds ${length} characters or bytes in ${rows.length} spans`,
    rows,
    spanCount: rows.length,
    savingNano: 0,
    confidence: 'likely',
  }));
}
