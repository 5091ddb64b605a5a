import { columnsFromSpans } from '@throughline/wire';
import { openChdbStore } from '../src/chdb/chdb-store.ts';

/** Writes one-span traces without end, two at a time; prints each trace's number when its write is acknowledged. */
const [directory = '', first = '1'] = process.argv.slice(2);
const store = await openChdbStore({ directory });
const resource = { attributes: new Map([['service.name', 'writer']]), droppedAttributesCount: 0, schemaUrl: '' };
const scope = { name: '', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' };

async function write(n: number): Promise<void> {
  const start = 1_700_000_000_000_000_000n + BigInt(n);
  const span = {
    traceId: n.toString(16).padStart(32, '0'),
    spanId: n.toString(16).padStart(16, '0'),
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'write',
    kind: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start + 5n,
    attributes: new Map(),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: '' },
    resource,
    scope,
    weight: 1,
  } as const;
  await store.write({ tenant: 't', columns: columnsFromSpans({ spans: [span], rejected: {} }) });
  process.stdout.write(`${n}\n`);
}

for (let n = Number(first); ; n += 2) await Promise.all([write(n), write(n + 1)]);
