import { CodedError } from '@throughline/model';
import { z } from 'zod';
import type { QueryClient } from '../client/query-client.ts';
import type { Answer } from './answer.ts';
import { DEFAULT_TOKENS, MAX_TOKENS, MIN_TOKENS, renderAnswer, type RenderedAnswer } from './render-answer.ts';
import type { ScreenLinks } from './screen-links.ts';
import { withoutMarks } from './span-text.ts';

/** What a tool is given beside its arguments. */
export interface ToolContext {
  /** All that a tool knows comes from here. */
  readonly client: QueryClient;
  readonly links: ScreenLinks;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A tool, whatever it is served by. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  /** For the agent: what it answers, and when to use it. */
  readonly description: string;
  /** Its arguments, `max_tokens` among them; others are refused. */
  readonly input: z.ZodType;
  /**
   * Answers arguments as they came, in at most `max_tokens`.
   *
   * @throws CodedError `invalid_arguments`, or what the client throws
   */
  call(written: unknown, context: ToolContext): Promise<RenderedAnswer>;
}

/** The largest answer; every tool takes it. */
const maxTokens = z.int().min(MIN_TOKENS).max(MAX_TOKENS).default(DEFAULT_TOKENS).describe('Largest answer');

/** A tool from its parts; `input` are its arguments beside `max_tokens`. */
export function defineTool<Shape extends z.ZodRawShape>(tool: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Shape;
  readonly answer: (input: z.output<z.ZodObject<Shape>>, context: ToolContext) => Promise<Answer>;
}): McpTool {
  const { name, title, description } = tool;
  const input = z.strictObject({ ...tool.input, max_tokens: maxTokens });
  const budget = z.object({ max_tokens: maxTokens });
  return {
    name,
    title,
    description,
    input,
    async call(written, context) {
      const parsed = input.safeParse(written);
      if (!parsed.success) throw invalidArguments(parsed.error);
      const { max_tokens: tokens, ...given } = { ...parsed.data, ...budget.parse(parsed.data) };
      // What is left is the tool's own shape, which TypeScript does not follow through a generic spread.
      const answer = await tool.answer(given as z.output<z.ZodObject<Shape>>, context);
      return renderAnswer(answer, tokens);
    },
  };
}

function invalidArguments(error: z.ZodError): CodedError {
  const issues = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return new CodedError('invalid_arguments', issues.join('; '));
}

/** A name, id or query; may be given as an answer shows it, with its marks. */
export function spanText(description: string): z.ZodType<string> {
  return z.string().min(1).transform(withoutMarks).describe(description);
}

/** An optional duration with its unit, or an instant, as text that the API reads. */
export function timeText(description: string): z.ZodOptional<z.ZodString> {
  return z.string().optional().describe(description);
}

/** How many entries of each list are asked of the server. */
export function count(most: number, usual: number, what: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).max(most).default(usual).describe(what);
}

/** The window of time that a tool looks at. */
export const windowInput: {
  readonly since: z.ZodOptional<z.ZodString>;
  readonly start_time: z.ZodOptional<z.ZodString>;
  readonly end_time: z.ZodOptional<z.ZodString>;
} = {
  since: timeText('Look-back: 15m, 1h, 7d'),
  start_time: timeText('ISO 8601 or epoch seconds'),
  end_time: timeText('Not included'),
};

/** The window that the other one is held against. */
export const referenceInput: {
  readonly reference_start_time: z.ZodOptional<z.ZodString>;
  readonly reference_end_time: z.ZodOptional<z.ZodString>;
} = {
  reference_start_time: timeText('Start of a time in which all was well; like start_time'),
  reference_end_time: timeText('Its end, not included'),
};
