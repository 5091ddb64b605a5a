import type { Attributes, AttributeValue } from '@throughline/model';

import type { Message } from './message.ts';
import { jsonOf, type Json, type JsonObject } from './plain-json.ts';
import { messageOf } from './read-messages.ts';

/** Longer lists are cut: a key with a large index must not make a large list. */
const MAX_INDEX = 10_000;

/**
 * Messages that are spread over attributes with indices in their keys: `gen_ai.prompt.0.content` of OpenLLMetry,
 * `llm.input_messages.0.message.content` of OpenInference.
 */
export function flattenedMessages(attributes: Attributes, prefix: string, defaultRole: string): readonly Message[] {
  const byIndex = new Map<number, [string, AttributeValue][]>();
  for (const [key, value] of attributes) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const [, index = '', field = ''] = /^(\d+)\.(.+)$/.exec(key.slice(prefix.length + 1)) ?? [];
    if (field === '' || Number(index) > MAX_INDEX) continue;
    const entries = byIndex.get(Number(index)) ?? [];
    entries.push([field.replace(/^message\./, ''), value]);
    byIndex.set(Number(index), entries);
  }
  return [...byIndex]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, entries]) => messageOf(messageJson(entries), defaultRole));
}

function messageJson(entries: readonly (readonly [string, AttributeValue])[]): Json {
  const fields: Record<string, Json> = {};
  const calls = new Map<string, Record<string, Json>>();
  const contents = new Map<string, Json>();
  for (const [field, value] of entries) {
    const json = jsonOf(value) ?? null;
    const [, callIndex, callField] = /^tool_calls\.(\d+)\.(?:tool_call\.)?(.+)$/.exec(field) ?? [];
    const [, contentIndex, contentField] = /^contents\.(\d+)\.message_content\.(.+)$/.exec(field) ?? [];
    if (callIndex !== undefined && callField !== undefined) {
      const call = calls.get(callIndex) ?? {};
      call[callField.replace(/^function\./, '')] = json;
      calls.set(callIndex, call);
    } else if (contentIndex !== undefined && contentField === 'text') contents.set(contentIndex, json);
    else fields[field] = json;
  }
  const message: JsonObject = {
    ...fields,
    ...(calls.size > 0 && { tool_calls: [...calls.values()] }),
    ...(contents.size > 0 && { content: [...contents.values()] }),
  };
  return message;
}
