import type { Attributes, SpanEvent } from '@throughline/model';

import type { Message } from './message.ts';
import { isObject, jsonOf, type Json } from './plain-json.ts';
import { instructionsOf, messageOf, messagesOf } from './read-messages.ts';

interface EventMessages {
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

const ROLES: Readonly<Record<string, string>> = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
};

/**
 * Messages in events: of the current conventions (`gen_ai.client.inference.operation.details`), of those with an event a
 * message (`gen_ai.user.message`, `gen_ai.choice`), and of the first (`gen_ai.content.prompt`).
 */
export function eventMessages(events: readonly SpanEvent[]): EventMessages {
  const input: Message[] = [];
  const output: Message[] = [];
  for (const { name, attributes } of events) {
    const role = ROLES[name];
    if (role !== undefined) input.push(...messageOf(bodyOf(attributes), role));
    else if (name === 'gen_ai.choice') output.push(...messageOf(bodyOf(attributes), 'assistant'));
    else if (name === 'gen_ai.content.prompt')
      input.push(...messagesOf(jsonOf(attributes.get('gen_ai.prompt')), 'user'));
    else if (name === 'gen_ai.content.completion') {
      output.push(...messagesOf(jsonOf(attributes.get('gen_ai.completion')), 'assistant'));
    } else if (name === 'gen_ai.client.inference.operation.details') {
      input.push(...instructionsOf(jsonOf(attributes.get('gen_ai.system_instructions'))));
      input.push(...messagesOf(jsonOf(attributes.get('gen_ai.input.messages')), 'user'));
      output.push(...messagesOf(jsonOf(attributes.get('gen_ai.output.messages')), 'assistant'));
    }
  }
  return { input, output };
}

/** The body: as one JSON text, or as attributes of its own. */
function bodyOf(attributes: Attributes): Json {
  const body = jsonOf(attributes.get('gen_ai.event.content') ?? attributes.get('event.body') ?? attributes.get('body'));
  if (isObject(body)) return body;
  const names = ['role', 'content', 'id', 'tool_calls', 'message', 'finish_reason'] as const;
  const fields = names.flatMap((name) => {
    const value = jsonOf(attributes.get(name) ?? attributes.get(`gen_ai.${name}`));
    return value === undefined ? [] : [[name, value] as const];
  });
  return fields.length === 0 ? (body ?? null) : Object.fromEntries(fields);
}
