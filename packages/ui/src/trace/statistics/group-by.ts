import type { GroupBy } from '../in-worker/trace-tasks.ts';

/** `service`, `operation`, `kind` or `attribute:NAME`; anything else is by service. */
export function parseGroupBy(text: string | undefined): GroupBy {
  if (text?.startsWith('attribute:') === true && text.length > 10) return { kind: 'attribute', name: text.slice(10) };
  return text === 'operation' || text === 'kind' ? { kind: text } : { kind: 'service' };
}

export function printGroupBy(by: GroupBy): string | undefined {
  if (by.kind === 'service') return undefined;
  return by.kind === 'attribute' ? `attribute:${by.name}` : by.kind;
}

/** What to search for in the trace to find the spans of a group. */
export function findTextOfGroup(by: GroupBy, label: string, service: string | undefined): string {
  const quoted = (text: string): string => JSON.stringify(text);
  switch (by.kind) {
    case 'service':
      return `{ resource.service.name = ${quoted(label)} }`;
    case 'operation':
      return `{ resource.service.name = ${quoted(service ?? '')} && name = ${quoted(label)} }`;
    case 'kind':
      return `{ kind = ${label} }`;
    case 'attribute':
      return `${by.name}="${label}"`;
  }
}
