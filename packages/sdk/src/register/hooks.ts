/*
 * node --import @throughline/sdk/hooks app.mjs
 *
 * For an application that calls `startTracing` itself and whose instrumented modules are imported: only the hooks.
 */
import { diag } from '@opentelemetry/api';

import { findApplication } from './application.ts';
import { installEsmHooks } from './esm-hooks.ts';
import { instrumentationPackages } from './instrumentation-packages.ts';

try {
  const application = findApplication(process.argv[1], process.cwd());
  const packages = instrumentationPackages(application, process.env, 'official');
  installEsmHooks([application.folder, ...packages.map(({ installed }) => installed.folder)], { moduleNames: 'all' });
} catch (error) {
  diag.warn('modules that are imported (not required) are not instrumented:', error);
}
