import type { SubjectName } from '../subjects/subject.ts';

/** What is done again and again while CPU or heap is measured. */
export type OperationName =
  | 'span-0'
  | 'span-10'
  | 'sampled-out-child'
  | 'extract-child'
  | 'inject'
  | 'span-inject'
  | 'nest-3'
  | 'request-4';

export interface Scenario {
  readonly name: string;
  readonly operation: OperationName;
  /** Every string value of every span is another. */
  readonly uniqueValues?: boolean;
  readonly sampledOut?: boolean;
  /** Through OTLP (or dd-trace's protocol) to a sink in another process, which counts what arrives. */
  readonly throughExport?: boolean;
  /** Ours first. */
  readonly subjects: readonly ['ours' | 'ours-worker', ...SubjectName[]];
  /** Spans that an operation ends and that are recorded. */
  readonly recordedSpans: 0 | 1 | 3;
}

const OTEL = ['ours', 'official'] as const satisfies readonly SubjectName[];
const ALL = ['ours', 'official', 'dd-trace'] as const satisfies readonly SubjectName[];

export const scenarios = {
  tenAttributes: {
    name: '10 attributes through export, repeated values',
    operation: 'span-10',
    throughExport: true,
    subjects: ALL,
    recordedSpans: 1,
  },
  tenUnique: {
    name: '10 attributes through export, unique values',
    operation: 'span-10',
    uniqueValues: true,
    throughExport: true,
    subjects: ALL,
    recordedSpans: 1,
  },
  tenAttributesWorker: {
    name: '10 attributes, exported by a thread of its own, repeated values',
    operation: 'span-10',
    throughExport: true,
    subjects: ['ours-worker', 'official'],
    recordedSpans: 1,
  },
  noAttributes: {
    name: '0 attributes through export',
    operation: 'span-0',
    throughExport: true,
    subjects: ALL,
    recordedSpans: 1,
  },
  noAttributesDiscarded: {
    name: '0 attributes, not exported',
    operation: 'span-0',
    subjects: OTEL,
    recordedSpans: 1,
  },
  sampledOutRoot: {
    name: 'sampled-out root',
    operation: 'span-0',
    sampledOut: true,
    subjects: OTEL,
    recordedSpans: 0,
  },
  sampledOutChild: {
    name: 'sampled-out child',
    operation: 'sampled-out-child',
    sampledOut: true,
    subjects: OTEL,
    recordedSpans: 0,
  },
  extractChild: {
    name: 'extract + child span',
    operation: 'extract-child',
    subjects: OTEL,
    recordedSpans: 1,
  },
  inject: { name: 'inject', operation: 'inject', subjects: OTEL, recordedSpans: 0 },
  spanInject: { name: 'span + inject', operation: 'span-inject', subjects: OTEL, recordedSpans: 1 },
  nest: { name: 'startActiveSpan, nest of 3 + await', operation: 'nest-3', subjects: OTEL, recordedSpans: 3 },
} as const satisfies Readonly<Record<string, Scenario>>;
