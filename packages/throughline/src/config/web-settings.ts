import { z } from 'zod';

/** What a million tokens of a model cost, in one currency for all models. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input tokens that were read from the provider's cache; as `input` where it is not given. */
  readonly cached_input?: number | undefined;
}

/** What a logs link may hold between braces. */
export const LOGS_LINK_FIELDS = ['trace_id', 'span_id', 'service', 'start', 'end', 'start_iso', 'end_iso'] as const;

/** A path of the server with a slash at both ends. Nothing in it has to be escaped in a page. */
export const basePath: z.ZodType<string> = z
  .string()
  .regex(/^\/?(?:[\w.~-]+\/)*[\w.~-]*$/, 'must be a path such as /tracing/, of letters, digits and . _ ~ - only')
  .transform((path) => `/${path.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/'))
  .default('/')
  .describe('Path that a reverse proxy serves the web app and its API under, e.g. /tracing/; it may strip it or not.');

/** Sources of the policy's `frame-ancestors`; none: no page may frame the app. */
export const frameAncestors: z.ZodType<readonly string[]> = z
  .union([z.array(z.string()), z.string().transform(listOf)])
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(?:self|\*|https?:\/\/[\w.*-]+(?::(?:\d+|\*))?)$/,
          'must be self, * or an origin such as https://grafana.example',
        )
        .transform((source) => (source === 'self' ? "'self'" : source)),
    ),
  )
  .default([])
  .describe('Origins whose pages may frame the web app (self, https://grafana.example, *), for /trace/ID?embed=1.');

export const logsLink: z.ZodType<string | undefined> = z
  .string()
  .superRefine((template, context) => {
    const problem = logsLinkProblem(template);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .optional()
  .describe(
    `Address of a span's logs, with ${LOGS_LINK_FIELDS.map((field) => `{${field}}`).join(', ')}; start and end are epoch ms.`,
  );

const price = z.coerce.number().nonnegative();
const priceTable = z.record(
  z.string().min(1),
  z.strictObject({ input: price, output: price, cached_input: price.optional() }),
);

export const genAiPrices: z.ZodType<Readonly<Record<string, ModelPrice>>> = z
  .union([priceTable, z.string().transform(parsedJson).pipe(priceTable)])
  .default({})
  .describe(
    'Price of a million tokens by model: {"MODEL": {"input": 1.25, "output": 10}}; without any, no cost is shown.',
  );

/** What the prices are in; only shown. */
export const genAiCurrency: z.ZodType<string> = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be a code of three letters such as EUR')
  .default('USD')
  .describe('Currency of gen_ai_prices.');

function listOf(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function parsedJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

/** Why a template cannot be used: only the web, and only after the host may values of spans stand. */
function logsLinkProblem(template: string): string | undefined {
  const origin = /^https?:\/\/[^/?#{}\s]+/.exec(template)?.[0];
  if (origin === undefined || !URL.canParse(origin)) {
    return 'must begin with http:// or https:// and a host without placeholders';
  }
  if (/^[^/?#]*@/.test(template.slice(template.indexOf('//') + 2))) return 'must not hold a user or a password';
  for (const [, name = ''] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (!LOGS_LINK_FIELDS.some((known) => known === name)) {
      return `has the unknown placeholder {${name}}; known are ${LOGS_LINK_FIELDS.join(', ')}`;
    }
  }
  return undefined;
}
