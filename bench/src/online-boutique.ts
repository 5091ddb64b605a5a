import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  assembleTrace,
  emptyAttributes,
  type InstrumentationScope,
  type Resource,
  type Span,
  SpanKind,
  StatusCode,
  type Trace,
} from '@throughline/model';

/** A fault that was injected into the recorded system: what a ranking is held against, and never sees. */
export interface LabelledFault {
  readonly service: string;
  readonly pod: string;
  readonly kind: string;
  readonly injectUnixSeconds: number;
  /** Minutes of traces around it, in time order. */
  readonly files: readonly string[];
}

/** The recording's folder; undefined where it is not there. */
export function onlineBoutiqueFolder(): string | undefined {
  const data = process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  const folder = join(data, 'online-boutique');
  return existsSync(join(folder, 'faults.json')) ? folder : undefined;
}

export const FAULT_FREE_FILE = 'normal_17_00_trace.csv.gz';

export function labelledFaults(folder: string): readonly LabelledFault[] {
  // The file's own documented fields.
  const faults = JSON.parse(readFileSync(join(folder, 'faults.json'), 'utf8')) as readonly {
    readonly root_cause_service: string;
    readonly root_cause_pod: string;
    readonly fault: string;
    readonly inject_unix: number;
    readonly trace_file: string;
    readonly neighbour_files: readonly string[];
  }[];
  return faults.map((fault) => ({
    service: fault.root_cause_service,
    pod: fault.root_cause_pod,
    kind: fault.fault,
    injectUnixSeconds: fault.inject_unix,
    files: [fault.trace_file, ...fault.neighbour_files].toSorted(),
  }));
}

/** The traces of some minutes, by their start. Traces that several files hold parts of are whole. */
export function readMinutes(folder: string, files: readonly string[]): readonly Trace[] {
  const byTrace = new Map<string, Span[]>();
  for (const file of files) {
    for (const span of readCsv(gunzipSync(readFileSync(join(folder, file))).toString('utf8'))) {
      const spans = byTrace.get(span.traceId);
      if (spans === undefined) byTrace.set(span.traceId, [span]);
      else spans.push(span);
    }
  }
  return [...byTrace.values()]
    .map((spans) => assembleTrace(spans))
    .toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
}

const COLUMNS = 'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration';
const ROOT = 'root';
const scope: InstrumentationScope = {
  name: '',
  version: '',
  attributes: emptyAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
};

/** Spans of the recording's CSV, which has neither kinds nor status nor attributes, and no quoting. */
function* readCsv(text: string): Generator<Span> {
  const [header, ...lines] = text.split('\n');
  if (header?.trim() !== COLUMNS) throw new Error(`The columns are not ${COLUMNS}`);
  const resources = new Map<string, Resource>();
  for (const line of lines) {
    if (line === '') continue;
    const [traceId = '', spanId = '', parent = '', pod = '', name = '', start = '', end = ''] = line.split(',');
    let resource = resources.get(pod);
    if (resource === undefined) {
      resource = {
        attributes: new Map([
          ['service.name', serviceOfPod(pod)],
          ['k8s.pod.name', pod],
        ]),
        droppedAttributesCount: 0,
        schemaUrl: '',
      };
      resources.set(pod, resource);
    }
    yield {
      traceId,
      spanId,
      parentSpanId: parent === ROOT ? '' : parent,
      traceState: '',
      flags: 0,
      name,
      kind: SpanKind.INTERNAL,
      startTimeUnixNano: BigInt(start),
      endTimeUnixNano: BigInt(end),
      attributes: emptyAttributes,
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { code: StatusCode.UNSET, message: '' },
      resource,
      scope,
      weight: 1,
    };
  }
}

/** Kubernetes adds two parts to a deployment's name, of the replica set and of the pod. */
function serviceOfPod(pod: string): string {
  return pod.split('-').slice(0, -2).join('-');
}
