import { diag, type MeterProvider, metrics, type TracerProvider } from '@opentelemetry/api';

import { instrumentBundledModules } from '../bundler/bundled-modules.ts';
import { recorder } from './recorder-hook.ts';

/** What is used of the official instrumentations' interface. */
export interface Instrumentation {
  readonly instrumentationName: string;
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider?(provider: MeterProvider): void;
  enable(): void;
  disable(): void;
  getConfig?(): { readonly enabled?: boolean };
}

/**
 * Gives the provider to each and enables those that did not enable themselves when they were made. One that fails is
 * told to `diag` and passed over. The result disables them again.
 */
export function enableInstrumentations(
  instrumentations: readonly Instrumentation[],
  provider: TracerProvider,
): () => void {
  recorder()?.beforeInstrumentations(instrumentations);
  const enabled: Instrumentation[] = [];
  for (const instrumentation of instrumentations) {
    try {
      instrumentation.setTracerProvider(provider);
      // The one of the application, for their metrics: they asked for it when they were made, perhaps too early.
      instrumentation.setMeterProvider?.(metrics.getMeterProvider());
      if (instrumentation.getConfig?.().enabled !== true) instrumentation.enable();
      enabled.push(instrumentation);
    } catch (error) {
      warn(instrumentation, 'cannot be enabled', error);
    }
  }
  instrumentBundledModules(enabled);
  return () => {
    for (const instrumentation of enabled.splice(0)) {
      try {
        instrumentation.disable();
      } catch (error) {
        warn(instrumentation, 'cannot be disabled', error);
      }
    }
  };
}

function warn(instrumentation: Instrumentation, what: string, error: unknown): void {
  const name = typeof instrumentation?.instrumentationName === 'string' ? instrumentation.instrumentationName : 'one';
  diag.warn(`instrumentation ${name} ${what}`, error);
}
