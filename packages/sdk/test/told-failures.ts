import { diag, DiagLogLevel } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** What is logged as an error or a warning during the current test. */
export function toldFailures(): string[] {
  const told: string[] = [];
  const tell = (message: string): void => {
    told.push(message);
  };
  const silent = (): void => {};
  diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  onTestFinished(() => diag.disable());
  return told;
}
