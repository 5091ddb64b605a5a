import type { Attributes, AttributeValue, SpanEvent } from '@throughline/model';

import type { Message } from './message.ts';
import { jsonOf, listOf, textOf } from './plain-json.ts';
import { eventMessages } from './read-events.ts';
import { flattenedMessages } from './read-flattened.ts';
import { instructionsOf, messagesOf } from './read-messages.ts';

/** Tokens as the sender counts them; undefined where it does not. */
export interface TokenUsage {
  /** With those read from a cache. */
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cachedInput: number | undefined;
  /** Of the output. */
  readonly reasoning: number | undefined;
}

/** What a span says of a call to a model, a tool or an agent. */
export interface GenAiCall {
  /** `chat`, `embeddings`, `execute_tool`, `invoke_agent`, ...; `''` where it is not told. */
  readonly operation: string;
  readonly provider: string;
  /** That answered, or else that was asked. */
  readonly model: string;
  readonly agent: string;
  readonly tool: string;
  readonly usage: TokenUsage;
  readonly finishReasons: readonly string[];
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

const MARKS = /^(?:gen_ai\.|llm\.|openinference\.span\.kind$)/;

/** What of a span is about generative AI; undefined if nothing is. Reads the current conventions and their forerunners. */
export function genAiCall(attributes: Attributes, events: readonly SpanEvent[]): GenAiCall | undefined {
  if (![...attributes.keys()].some((key) => MARKS.test(key))) return undefined;
  const text = (...keys: readonly string[]): string => textOf(jsonOf(first(attributes, keys)));
  const count = (...keys: readonly string[]): number | undefined => countOf(first(attributes, keys));
  const { input, output } = conversation(attributes, events);
  return {
    operation: text('gen_ai.operation.name', 'llm.request.type') || text('openinference.span.kind').toLowerCase(),
    provider: text('gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system'),
    model: text(
      'gen_ai.response.model',
      'gen_ai.request.model',
      'llm.model_name',
      'llm.response.model',
      'llm.request.model',
    ),
    agent: text('gen_ai.agent.name'),
    tool: text('gen_ai.tool.name', 'tool.name'),
    usage: {
      input: count('gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'),
      output: count('gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'),
      cachedInput: count('gen_ai.usage.cache_read.input_tokens', 'llm.token_count.prompt_details.cache_read'),
      reasoning: count('gen_ai.usage.reasoning.output_tokens', 'llm.token_count.completion_details.reasoning'),
    },
    finishReasons: listOf(jsonOf(attributes.get('gen_ai.response.finish_reasons'))).map(textOf),
    input,
    output,
  };
}

interface Conversation {
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

/** The first way of telling that tells anything counts: instrumentations in transition do it twice. */
function conversation(attributes: Attributes, events: readonly SpanEvent[]): Conversation {
  const json = (key: string) => jsonOf(attributes.get(key));
  const ways: readonly (() => Conversation)[] = [
    () => ({
      input: [
        ...instructionsOf(json('gen_ai.system_instructions')),
        ...messagesOf(json('gen_ai.input.messages'), 'user'),
      ],
      output: messagesOf(json('gen_ai.output.messages'), 'assistant'),
    }),
    () => toolConversation(attributes),
    () => eventMessages(events),
    () => ({
      input: flattenedMessages(attributes, 'gen_ai.prompt', 'user'),
      output: flattenedMessages(attributes, 'gen_ai.completion', 'assistant'),
    }),
    () => ({
      input: flattenedMessages(attributes, 'llm.input_messages', 'user'),
      output: flattenedMessages(attributes, 'llm.output_messages', 'assistant'),
    }),
    () => ({
      input: messagesOf(json('input.value'), 'user'),
      output: messagesOf(json('output.value'), 'assistant'),
    }),
  ];
  for (const way of ways) {
    const told = way();
    if (told.input.length > 0 || told.output.length > 0) return told;
  }
  return { input: [], output: [] };
}

/** A tool that ran: what it was called with and what it gave. */
function toolConversation(attributes: Attributes): Conversation {
  const id = textOf(jsonOf(attributes.get('gen_ai.tool.call.id')));
  const name = textOf(jsonOf(attributes.get('gen_ai.tool.name')));
  const given = jsonOf(attributes.get('gen_ai.tool.call.arguments'));
  const result = jsonOf(attributes.get('gen_ai.tool.call.result'));
  return {
    input:
      given === undefined
        ? []
        : [{ role: 'assistant', parts: [{ kind: 'tool-call', id, name, text: textOf(given) }], finishReason: '' }],
    output:
      result === undefined
        ? []
        : [{ role: 'tool', parts: [{ kind: 'tool-result', id, text: textOf(result) }], finishReason: '' }],
  };
}

function first(attributes: Attributes, keys: readonly string[]): AttributeValue | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function countOf(value: AttributeValue | undefined): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
