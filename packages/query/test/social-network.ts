import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const path = `${process.env['THROUGHLINE_DATA'] ?? `${import.meta.dirname}/../../../../shared/data`}/social-network/jaeger-api.json.gz`;

/** Whether the recorded traces are there; tests that need them skip where they are not. */
export const hasSocialNetwork: boolean = existsSync(path);
if (!hasSocialNetwork) console.warn(`skipping tests with real traces: there is no ${path}`);

interface JaegerTag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

/** What Jaeger's UI saved, which is more than its API answers with. */
export interface SavedTrace {
  readonly traceID: string;
  readonly spans: readonly {
    readonly traceID: string;
    readonly spanID: string;
    readonly flags: number;
    readonly operationName: string;
    readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
    readonly startTime: number;
    readonly duration: number;
    readonly tags: readonly JaegerTag[];
    readonly logs: readonly { readonly timestamp: number; readonly fields: readonly JaegerTag[] }[];
    readonly processID: string;
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: readonly JaegerTag[] }>>;
}

/** 20 traces with 660 spans of 12 services, all within two seconds. */
export function socialNetwork(): { readonly data: readonly SavedTrace[] } {
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
}
