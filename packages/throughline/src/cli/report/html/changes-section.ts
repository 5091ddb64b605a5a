import type { ChangesAnswer, OperationChangeAnswer } from '@throughline/query/client';
import { formatCount } from '../../terminal/count.ts';
import type { Links } from '../links.ts';
import { escaped } from '../plot/svg.ts';
import { percent, short, utcClock } from '../words.ts';
import { type Html, link, nano, table } from './parts.ts';

const MAX_CHANGES = 15;

/** Since when operations are slower or failing, and what appeared. */
export function changesSection(changes: ChangesAnswer | null, links: Links): Html {
  if (changes === null) return '<p class="muted">The server gave no answer about changes.</p>';
  const isTime = ({ kind }: OperationChangeAnswer): boolean => kind === 'slower' || kind === 'faster';
  const level = (change: OperationChangeAnswer, value: number): string =>
    isTime(change) ? `p95 ${nano(value)}` : `${percent(value)} fail`;
  const operations = changes.operations
    .toSorted(
      (a, b) =>
        Number(b.kind === 'failing') - Number(a.kind === 'failing') || b.after - b.before - (a.after - a.before),
    )
    .slice(0, MAX_CHANGES);
  const list =
    operations.length === 0
      ? '<p class="muted">No operation changed its level.</p>'
      : table(operations, [
          { title: 'Change', cell: ({ kind }) => escaped(kind) },
          {
            title: 'Operation',
            kind: 't',
            cell: ({ service, operation, query }) =>
              link(links.search(query), short(`${service}: ${operation}`, 110), query),
          },
          { title: 'Before', kind: 'n', cell: (change) => level(change, change.before) },
          { title: 'After', kind: 'n', cell: (change) => level(change, change.after) },
          { title: 'Since (UTC)', cell: ({ since_time: since }) => utcClock(since) },
          { title: 'Until', cell: ({ until_time: until }) => (until === null ? 'it lasts' : utcClock(until)) },
        ]);
  const appeared: string[] = [];
  if (changes.new_services.length > 0) appeared.push(`New services: ${escaped(changes.new_services.join(', '))}`);
  for (const { parent, child, call_count: count, query } of changes.new_edges) {
    appeared.push(`New: ${link(links.search(query), `${parent} calls ${child}`, query)}, ${formatCount(count)} times`);
  }
  for (const {
    kind,
    service,
    key,
    value,
    operation,
    callee,
    before_share: before,
    after_share: after,
    query,
  } of changes.features) {
    const what =
      kind === 'attribute'
        ? `${service}: ${key ?? ''} = ${value ?? ''}`
        : `${kind} ${service}: ${operation ?? callee ?? ''}`;
    appeared.push(
      `${link(links.search(query), short(what, 120), query)}: ${percent(before)} of the traces before ${utcClock(changes.split.time)}, ${percent(after)} after`,
    );
  }
  return (
    list +
    (appeared.length === 0
      ? ''
      : `<ul class="notes">${appeared
          .slice(0, MAX_CHANGES)
          .map((each) => `<li>${each}</li>`)
          .join('')}</ul>`)
  );
}
