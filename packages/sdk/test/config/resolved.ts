import { expect } from 'vitest';
import { resolveTracingConfig, type TracingConfig, type TracingOptions } from '../../src/index.ts';

export function resolved(
  environment: Record<string, string> = {},
  options: TracingOptions = {},
): { config: TracingConfig; warnings: string[] } {
  const warnings: string[] = [];
  const config = resolveTracingConfig(options, { environment, onWarning: (message) => warnings.push(message) });
  return { config, warnings };
}
/** Without warnings. */
export const config = (...of: Parameters<typeof resolved>): TracingConfig => {
  const { config: found, warnings } = resolved(...of);
  expect(warnings).toEqual([]);
  return found;
};
/** The exporters without their processors. */
export const exporters = (...of: Parameters<typeof resolved>): object[] =>
  config(...of).exporters.map(({ processor: _processor, ...exporter }) => exporter);

export const BATCH = {
  type: 'batch',
  scheduleDelayMs: 5000,
  exportTimeoutMs: 30_000,
  maxQueueSize: 2048,
  maxExportBatchSize: 512,
  maxQueueBytes: 16_777_216,
} as const;
