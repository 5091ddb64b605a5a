import type { Message, MessagePart } from './message.ts';
import { isObject, type Json, type JsonObject, listOf, textOf } from './plain-json.ts';

/**
 * Messages in the JSON of the semantic conventions (`gen_ai.input.messages`, `gen_ai.output.messages`: a role and typed
 * parts), and in the near-by shapes that providers and older conventions use (`content`, `tool_calls`).
 *
 * Source: OpenTelemetry semantic conventions for generative AI, input and output messages schemas.
 */
export function messagesOf(json: Json | undefined, defaultRole: string): readonly Message[] {
  if (json === undefined || json === '') return [];
  const list = Array.isArray(json) ? json : [json];
  return list.flatMap((item) => messageOf(item, defaultRole));
}

/** `gen_ai.system_instructions`: parts without a message around them. */
export function instructionsOf(json: Json | undefined): readonly Message[] {
  const parts = typeof json === 'string' ? textPart(json) : listOf(json).flatMap(partOf);
  return parts.length === 0 ? [] : [{ role: 'system', parts, finishReason: '' }];
}

export function messageOf(json: Json, defaultRole: string): readonly Message[] {
  if (!isObject(json)) {
    const parts = textPart(textOf(json));
    return parts.length === 0 ? [] : [{ role: defaultRole, parts, finishReason: '' }];
  }
  // A choice of older conventions has its message one level down.
  const inner = isObject(json['message']) ? json['message'] : json;
  const role = textOf(inner['role'] ?? json['role']) || defaultRole;
  const parts = [
    ...listOf(inner['parts']).flatMap(partOf),
    ...contentParts(inner['content'] ?? json['content'], role, textOf(inner['tool_call_id'] ?? inner['id'])),
    ...listOf(inner['tool_calls'] ?? json['tool_calls']).flatMap(toolCallOf),
  ];
  const finishReason = textOf(json['finish_reason']);
  return parts.length === 0 && finishReason === '' ? [] : [{ role, parts, finishReason }];
}

function contentParts(content: Json | undefined, role: string, id: string): readonly MessagePart[] {
  if (content === undefined || content === null) return [];
  if (role === 'tool') return [{ kind: 'tool-result', id, text: textOf(content) }];
  return Array.isArray(content) ? content.flatMap(partOf) : textPart(textOf(content));
}

function textPart(text: string): readonly MessagePart[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function partOf(json: Json): readonly MessagePart[] {
  if (!isObject(json)) return textPart(textOf(json));
  const type = textOf(json['type']);
  const id = textOf(json['id'] ?? json['tool_call_id'] ?? json['tool_use_id']);
  switch (type) {
    case '':
    case 'text':
    case 'input_text':
    case 'output_text':
      return textPart(textOf(json['content'] ?? json['text']));
    case 'reasoning':
    case 'thinking':
      return [{ kind: 'reasoning', text: textOf(json['content'] ?? json['thinking'] ?? json['text']) }];
    case 'tool_call':
    case 'tool_use':
    case 'function':
    case 'server_tool_call':
      return toolCallOf(json);
    case 'tool_call_response':
    case 'tool_result':
    case 'server_tool_call_response':
      return [{ kind: 'tool-result', id, text: textOf(json['response'] ?? json['result'] ?? json['content']) }];
    default:
      return [{ kind: 'other', type, text: describe(json) }];
  }
}

function toolCallOf(json: Json): readonly MessagePart[] {
  if (!isObject(json)) return [];
  const call = isObject(json['function']) ? json['function'] : json;
  return [
    {
      kind: 'tool-call',
      id: textOf(json['id']),
      name: textOf(call['name']),
      text: textOf(call['arguments'] ?? call['input']),
    },
  ];
}

/** What is told of an image or a file: never its bytes. */
function describe(json: JsonObject): string {
  const told = ['modality', 'mime_type', 'uri', 'file_id', 'content'] as const;
  return told
    .flatMap((key) => {
      const text = textOf(json[key]);
      if (text === '') return [];
      return key === 'content' && json['type'] === 'blob' ? [`${text.length} characters of base64`] : [text];
    })
    .join(', ');
}
