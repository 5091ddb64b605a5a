import type { SubjectName, SubjectOptions } from '../subjects/subject.ts';

/** A way to serve the same requests. */
export interface Variant {
  readonly name: VariantName;
  readonly what: string;
  readonly subject?: SubjectName;
  readonly options?: Pick<SubjectOptions, 'http' | 'sampledOut'>;
  /** The server span is made by hand in the handler. */
  readonly isManual?: boolean;
  /** Only `AsyncLocalStorage`, run as often as there are spans otherwise. */
  readonly isContextOnly?: boolean;
}

export type VariantName =
  | 'none'
  | 'context-only'
  | 'official'
  | 'official-off'
  | 'official-manual'
  | 'ours-stock'
  | 'ours'
  | 'ours-off'
  | 'ours-manual'
  | 'dd-trace';

export const SPANS_PER_REQUEST = 4;

export const variants: readonly Variant[] = [
  { name: 'none', what: 'no tracing' },
  { name: 'context-only', what: 'context only, 4 runs', isContextOnly: true },
  {
    name: 'official',
    what: 'official SDK + instrumentation-http',
    subject: 'official',
    options: { http: 'official' },
  },
  {
    name: 'official-off',
    what: 'official SDK + instrumentation-http, sampled out',
    subject: 'official',
    options: { http: 'official', sampledOut: true },
  },
  { name: 'official-manual', what: 'official SDK, spans by hand', subject: 'official', isManual: true },
  { name: 'ours-stock', what: 'ours + instrumentation-http', subject: 'ours', options: { http: 'official' } },
  { name: 'ours', what: 'ours + own HTTP instrumentation', subject: 'ours', options: { http: 'own' } },
  {
    name: 'ours-off',
    what: 'ours + own HTTP instrumentation, sampled out',
    subject: 'ours',
    options: { http: 'own', sampledOut: true },
  },
  { name: 'ours-manual', what: 'ours, spans by hand', subject: 'ours', isManual: true },
  { name: 'dd-trace', what: 'dd-trace with its plugin', subject: 'dd-trace', options: { http: 'own' } },
];
