// Cuts the excerpts beside this file from the recordings in the folder THROUGHLINE_DATA:
// `node e2e/ui/recorded/cut.ts`. What is left of a recording is as it was, only less of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const from = process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const MAX_BYTES = 30 * 1024;

interface Facts {
  readonly id: string;
  readonly services: Set<string>;
  readonly spanIds: Set<string>;
  rowCount: number;
}

type OtlpLine = {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: { stringValue: string } }[];
    };
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
};

function cutTrainTicket(): void {
  const lines = read('train-ticket/2023-01-29.otlp.jsonl.gz')
    .trimEnd()
    .split('\n')
    .map((line): OtlpLine => JSON.parse(line));
  const traces = new Map<string, Facts>();
  for (const { resource, scopeSpans } of lines.flatMap(({ resourceSpans }) => resourceSpans)) {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    for (const { traceId: id, spanId } of scopeSpans.flatMap(({ spans }) => spans)) {
      const facts = traces.get(id) ?? { id, services: new Set(), spanIds: new Set(), rowCount: 0 };
      traces.set(id, facts);
      facts.services.add(service);
      facts.spanIds.add(spanId);
      facts.rowCount++;
    }
  }
  const all = [...traces.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = new Set([
    // Those with the most services, spans, and copies of spans, and some as they come.
    ...largest(all, 1, ({ services }) => services.size),
    ...largest(all, 1, ({ spanIds }) => spanIds.size),
    ...largest(all, 1, ({ rowCount, spanIds }) => rowCount - spanIds.size),
    ...all.slice(0, 3).map(({ id }) => id),
  ]);
  const kept = lines.map(({ resourceSpans }) => ({
    resourceSpans: resourceSpans
      .map((group) => ({
        ...group,
        scopeSpans: group.scopeSpans
          .map((scope) => ({ ...scope, spans: scope.spans.filter(({ traceId }) => chosen.has(traceId)) }))
          .filter(({ spans }) => spans.length > 0),
      }))
      .filter(({ scopeSpans }) => scopeSpans.length > 0),
  }));
  const text = kept.filter(({ resourceSpans }) => resourceSpans.length > 0).map((line) => `${JSON.stringify(line)}\n`);
  write('train-ticket.otlp.jsonl.gz', text.join(''));
}

function cutSocialNetwork(): void {
  const answer: { readonly data: readonly { readonly traceID: string; readonly spans: readonly unknown[] }[] } =
    JSON.parse(read('social-network/jaeger-api.json.gz'));
  const chosen = new Set([
    ...largest(
      answer.data.map(({ traceID: id, spans }) => ({ id, spans })),
      1,
      ({ spans }) => spans.length,
    ),
    ...answer.data.slice(0, 3).map(({ traceID }) => traceID),
  ]);
  const data = answer.data.filter(({ traceID }) => chosen.has(traceID));
  write('social-network.jaeger.json.gz', JSON.stringify({ ...answer, data }));
}

/** Ids of those with the most of something; the first of equals. */
function largest<T extends { readonly id: string }>(
  all: readonly T[],
  count: number,
  of: (one: T) => number,
): string[] {
  return all
    .toSorted((a, b) => of(b) - of(a))
    .slice(0, count)
    .map(({ id }) => id);
}

function read(path: string): string {
  return gunzipSync(readFileSync(join(from, path))).toString();
}

function write(name: string, text: string): void {
  const bytes = gzipSync(text, { level: 9 });
  console.log(`${name}: ${bytes.length} bytes`);
  if (bytes.length > MAX_BYTES) throw new Error(`${name} has more than ${MAX_BYTES} bytes`);
  writeFileSync(new URL(name, import.meta.url), bytes);
}

cutTrainTicket();
cutSocialNetwork();
