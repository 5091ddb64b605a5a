/*
 * node --import @throughline/sdk/register app.mjs
 * node --require @throughline/sdk/register app.cjs
 */
import { registerTracing } from './register-tracing.ts';

registerTracing();
