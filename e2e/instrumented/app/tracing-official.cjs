// Preloaded: the official SDK, configured by OTEL_* variables.
const { NodeSDK } = require('@opentelemetry/sdk-node');
const instrumentations = require('./instrumentations.cjs');

const sdk = new NodeSDK({ instrumentations: instrumentations() });
sdk.start();
globalThis.shutdownTracing = () => sdk.shutdown();
