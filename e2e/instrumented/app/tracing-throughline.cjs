// Preloaded: our SDK, configured by the same variables. HTTP_TRACING is `official` or `own`.
const { startTracing } = require('@throughline/sdk');
const instrumentations = require('./instrumentations.cjs');

const tracing = startTracing({ http: process.env.HTTP_TRACING, instrumentations: instrumentations() });
globalThis.shutdownTracing = () => tracing.shutdown();
