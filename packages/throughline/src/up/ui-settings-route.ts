import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/schema.ts';

/** `GET /v1/ui-settings`: what of the configuration the web app goes by. Nothing in it is a secret. */
// Fastify wants an async function or a callback from a plugin.
// oxlint-disable-next-line typescript/require-await
export async function uiSettingsRoute(
  scope: FastifyInstance,
  { config }: { readonly config: Pick<Config, 'logs_link' | 'gen_ai_prices' | 'gen_ai_currency'> },
): Promise<void> {
  scope.get('/v1/ui-settings', { schema: { summary: 'Settings of the web app', tags: ['status'] } }, () => ({
    logs_link: config.logs_link ?? null,
    gen_ai_prices: config.gen_ai_prices,
    gen_ai_currency: config.gen_ai_currency,
  }));
}
