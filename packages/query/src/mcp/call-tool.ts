import { CodedError } from '@throughline/model';
import { QueryClientError } from '../client/client-error.ts';
import type { RenderedAnswer } from './render-answer.ts';
import { markSpanText, SPAN_TEXT_NOTICE } from './span-text.ts';
import type { McpTool, ToolContext } from './tool.ts';

/** What a call comes to. A failure is an answer too: the agent can mend what it asked. */
export type ToolOutcome =
  | ({ readonly isError: false } & RenderedAnswer)
  | { readonly isError: true; readonly text: string };

const MAX_MESSAGE_LENGTH = 1_000;

/**
 * Runs a tool with arguments as they came; what is wrong with them is said in words.
 *
 * @param onDefect told of errors that are nobody's mistake but ours; the agent gets no more than their code
 */
export async function callTool(
  tool: McpTool,
  written: unknown,
  context: ToolContext,
  onDefect: (error: unknown) => void,
): Promise<ToolOutcome> {
  try {
    return { isError: false, ...(await tool.call(written ?? {}, context)) };
  } catch (error) {
    if (error instanceof CodedError) return failure(error.code, error.message, adviceOf(error));
    onDefect(error);
    return failure('internal', 'The tool failed because of a defect', '');
  }
}

/** Messages of the server may quote names from spans, and are marked like them. */
function failure(code: string, message: string, advice: string): ToolOutcome {
  const text = `error=${code} message=${markSpanText(message, MAX_MESSAGE_LENGTH)}${advice}\n${SPAN_TEXT_NOTICE}`;
  return { isError: true, text };
}

function adviceOf(error: CodedError): string {
  const parts: string[] = [];
  if (error.retryable) parts.push('retry=later');
  if (error instanceof QueryClientError) {
    const { parameter, suggestion, position } = error.details;
    if (parameter !== undefined) parts.push(`parameter=${markSpanText(parameter)}`);
    if (position !== undefined) parts.push(`position=line ${position.line} column ${position.column}`);
    if (suggestion !== undefined) parts.push(`did_you_mean=${markSpanText(suggestion)}`);
  }
  return parts.map((part) => ` ${part}`).join('');
}
