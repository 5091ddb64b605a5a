import { writeFile } from 'node:fs/promises';
import { CodedError, formatInstant } from '@throughline/model';
import type { Scenario, Truth } from '@throughline/simulator';
import { messageOf } from '../error-message.ts';

/** What was wrong in a simulation, as JSON: each fault with its window and the spans in which it acted. */
export function truthJson(run: {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly startUnixNano: bigint;
  readonly truth: readonly Truth[];
}): object {
  return {
    scenario: run.scenario.name,
    seed: run.seed,
    start_time: formatInstant(run.startUnixNano),
    faults: run.truth.map((fault) => ({
      kind: fault.kind,
      service: fault.service,
      operation: fault.operation,
      host: fault.host,
      resource: fault.resource,
      version: fault.version,
      start_time: formatInstant(fault.startTimeUnixNano),
      end_time: formatInstant(fault.endTimeUnixNano),
      affected_traces: fault.affected.size,
      affected_spans: spanCount(fault),
      unrecorded: fault.unrecordedCount,
      omitted_spans: fault.omittedCount,
      affected: Object.fromEntries(Array.from(fault.affected, ([traceId, spanIds]) => [traceId, [...spanIds]])),
    })),
  };
}

export function spanCount({ affected }: Truth): number {
  let count = 0;
  for (const spans of affected.values()) count += spans.size;
  return count;
}

/** @throws CodedError `cannot_write_file` */
export async function writeTruth(path: string, truth: object): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(truth, undefined, 2)}\n`);
  } catch (cause) {
    throw new CodedError('cannot_write_file', `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}
