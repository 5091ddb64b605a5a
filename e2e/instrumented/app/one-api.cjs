// An application has one `@opentelemetry/api`, which npm's peer dependencies see to. This repository holds two, for the
// official SDK's majors 2 and 3; this preload gives every module of the process the one that goes with OFFICIAL_SDK_MAJOR.
const { createRequire, registerHooks } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const folder =
  process.env.OFFICIAL_SDK_MAJOR === '3' ? path.resolve(__dirname, '../../..') : path.resolve(__dirname, '../..');
const there = createRequire(path.resolve(folder, 'package.json'));
const urlThere = (name) => pathToFileURL(there.resolve(name)).href;
const api = urlThere('@opentelemetry/api');
// The instrumentation packages keep the `core` they depend on.
const ofApplication = new Map(['@opentelemetry/core', '@opentelemetry/sdk-node'].map((name) => [name, urlThere(name)]));
const application = pathToFileURL(__dirname).href;

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const own = context.parentURL?.startsWith(application) ? ofApplication.get(specifier) : undefined;
    const url = specifier === '@opentelemetry/api' ? api : own;
    return url === undefined ? nextResolve(specifier, context) : { url, format: 'commonjs', shortCircuit: true };
  },
});
