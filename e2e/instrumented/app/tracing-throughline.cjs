// Preloaded: our SDK, configured by the same variables.
const { startTracing } = require('@throughline/sdk');
const instrumentations = require('./instrumentations.cjs');

const tracing = startTracing({ instrumentations: instrumentations() });
globalThis.shutdownTracing = () => tracing.shutdown();
