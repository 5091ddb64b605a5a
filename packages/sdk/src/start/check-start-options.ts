import { OPTION_CHECKS, refuseProblems } from '../config/check-options.ts';
import { type Check, having, isRecord, listOf, number, object, oneOf } from '../config/checks.ts';

const httpChoice = oneOf(['own', 'official', 'off']);
const http: Check = (value, path, problems) => {
  if (!isRecord(value)) httpChoice(value, path, problems);
};

/** What is not there (`condition && new Some()`) is passed over. */
const instrumentation: Check = (value, path, problems) => {
  if (value) having('setTracerProvider', 'enable')(value, path, problems);
};
const instrumentations = listOf((value, path, problems) => {
  const check = Array.isArray(value) ? listOf(instrumentation) : instrumentation;
  check(value, path, problems);
});

const startOptions = object({
  ...OPTION_CHECKS,
  http,
  instrumentations,
  // Methods that are missing are those that do nothing.
  spanProcessors: listOf(having()),
  customExporters: listOf(having('export', 'shutdown')),
  exitTimeoutMs: number(0, Infinity, true),
  customSampler: having('shouldSample'),
  idGenerator: having('generateTraceId', 'generateSpanId'),
});

/** Throws `invalid_tracing_config` with every mistake in what `startTracing` was given. */
export function checkStartOptions(given: unknown): void {
  refuseProblems(startOptions, given);
}
