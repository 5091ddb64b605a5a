import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Span } from '@throughline/model';
import { parseScenario, Simulator } from '@throughline/simulator';
import { encodeOtlpProtobuf } from '@throughline/wire';
import { parse } from 'yaml';

const SPANS_PER_REQUEST = 5_000;

/** The trace that a scenario of one request makes. */
export interface SentTrace {
  readonly traceId: string;
  readonly spanCount: number;
}

/** Simulates a scenario that makes one trace, and sends it over OTLP/HTTP. Another seed makes it another trace. */
export async function sendSimulatedTrace(scenario: string, url: string, seed: number): Promise<SentTrace> {
  const file = new URL(`../../../packages/throughline/scenarios/${scenario}.yaml`, import.meta.url);
  const spans: Span[] = [];
  const simulator = new Simulator(parseScenario(parse(readFileSync(file, 'utf8'))), {
    seed,
    startUnixNano: BigInt(Date.now() - 3_600_000) * 1_000_000n,
    onSpans: (batch) => {
      for (const span of batch) spans.push(span);
    },
  });
  simulator.run();
  for (let at = 0; at < spans.length; at += SPANS_PER_REQUEST) {
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(encodeOtlpProtobuf(spans.slice(at, at + SPANS_PER_REQUEST)), { level: 1 })),
    });
    if (!response.ok) throw new Error(`the server refused spans: ${response.status} ${await response.text()}`);
  }
  return { traceId: spans[0]?.traceId ?? '', spanCount: spans.length };
}
