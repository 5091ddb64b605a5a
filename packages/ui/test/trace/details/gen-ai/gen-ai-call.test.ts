import type { Attributes, AttributeValue, SpanEvent } from '@throughline/model';
import { describe, expect, it } from 'vitest';

import { genAiCall } from '../../../../src/trace/details/gen-ai/gen-ai-call.ts';

function attributesOf(entries: Readonly<Record<string, AttributeValue>>): Attributes {
  return new Map(Object.entries(entries));
}
function event(name: string, attributes: Readonly<Record<string, AttributeValue>>): SpanEvent {
  return { name, timeUnixNano: 1n, attributes: attributesOf(attributes), droppedAttributesCount: 0 };
}
const read = (attributes: Readonly<Record<string, AttributeValue>>, events: readonly SpanEvent[] = []) =>
  genAiCall(attributesOf(attributes), events);
/** A conversation in one line a message. */
const said = (call: ReturnType<typeof read>): readonly string[] =>
  [...(call?.input ?? []), ...(call?.output ?? [])].map(
    ({ role, parts }) =>
      `${role}: ${parts.map((part) => ('name' in part ? `${part.kind} ${part.name}(${part.text})` : `${part.kind} ${part.text}`)).join(' | ')}`,
  );

const EXPECTED = [
  'system: text Be brief.',
  'user: text Where is order 7?',
  'assistant: tool-call lookup({"id":7})',
  'tool: tool-result {"state":"sent"}',
  'assistant: text On its way.',
];

describe('a conversation', () => {
  const input = [
    { role: 'user', parts: [{ type: 'text', content: 'Where is order 7?' }] },
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'lookup', arguments: { id: 7 } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { state: 'sent' } }] },
  ];
  const output = [{ role: 'assistant', parts: [{ type: 'text', content: 'On its way.' }], finish_reason: 'stop' }];

  it('as JSON in attributes', () => {
    const call = read({
      'gen_ai.operation.name': 'chat',
      'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: 'Be brief.' }]),
      'gen_ai.input.messages': JSON.stringify(input),
      'gen_ai.output.messages': JSON.stringify(output),
    });
    expect(said(call)).toEqual(EXPECTED);
    expect(call?.output[0]?.finishReason).toBe('stop');
  });

  it('as structured attributes', () => {
    const call = read({
      'gen_ai.input.messages': [
        new Map<string, AttributeValue>([
          ['role', 'user'],
          [
            'parts',
            [
              new Map([
                ['type', 'text'],
                ['content', 'Hello'],
              ]),
            ],
          ],
        ]),
      ],
    });
    expect(said(call)).toEqual(['user: text Hello']);
  });

  it('in the event of the details', () => {
    const call = read({ 'gen_ai.operation.name': 'chat' }, [
      event('gen_ai.client.inference.operation.details', {
        'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
        'gen_ai.input.messages': JSON.stringify(input),
        'gen_ai.output.messages': JSON.stringify(output),
      }),
    ]);
    expect(said(call)).toEqual(EXPECTED);
  });

  it('in one event a message', () => {
    const call = read({ 'gen_ai.system': 'openai' }, [
      event('gen_ai.system.message', { content: 'Be brief.' }),
      event('gen_ai.user.message', { content: 'Where is order 7?' }),
      event('gen_ai.assistant.message', {
        'gen_ai.event.content': JSON.stringify({
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{"id":7}' } }],
        }),
      }),
      event('gen_ai.tool.message', { content: '{"state":"sent"}', id: 'c1' }),
      event('gen_ai.choice', { message: '{"content":"On its way."}', finish_reason: 'stop' }),
    ]);
    expect(said(call)).toEqual(EXPECTED);
  });

  it('flattened as OpenLLMetry does', () => {
    const call = read({
      'gen_ai.system': 'OpenAI',
      'gen_ai.prompt.1.role': 'user',
      'gen_ai.prompt.1.content': 'Where is order 7?',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Be brief.',
      'gen_ai.prompt.2.role': 'assistant',
      'gen_ai.prompt.2.tool_calls.0.name': 'lookup',
      'gen_ai.prompt.2.tool_calls.0.arguments': '{"id":7}',
      'gen_ai.prompt.3.role': 'tool',
      'gen_ai.prompt.3.content': '{"state":"sent"}',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'On its way.',
    });
    expect(said(call)).toEqual(EXPECTED);
  });

  it('flattened as OpenInference does', () => {
    const call = read({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-5',
      'llm.token_count.prompt': 12n,
      'llm.token_count.completion': 3n,
      'llm.input_messages.0.message.role': 'system',
      'llm.input_messages.0.message.contents.0.message_content.type': 'text',
      'llm.input_messages.0.message.contents.0.message_content.text': 'Be brief.',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.content': 'Where is order 7?',
      'llm.input_messages.2.message.role': 'assistant',
      'llm.input_messages.2.message.tool_calls.0.tool_call.function.name': 'lookup',
      'llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments': '{"id":7}',
      'llm.input_messages.3.message.role': 'tool',
      'llm.input_messages.3.message.content': '{"state":"sent"}',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'On its way.',
    });
    expect(said(call)).toEqual(EXPECTED);
    expect(call).toMatchObject({ operation: 'llm', model: 'gpt-5', usage: { input: 12, output: 3 } });
  });

  it('of a tool that ran', () => {
    const call = read({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'lookup',
      'gen_ai.tool.call.arguments': '{"id":7}',
      'gen_ai.tool.call.result': 'sent',
    });
    expect(said(call)).toEqual(['assistant: tool-call lookup({"id":7})', 'tool: tool-result sent']);
  });

  it('keeps parts that it does not know, without the bytes of images', () => {
    const parts = [
      { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
      { type: 'reasoning', content: 'hm' },
      { type: 'hologram' },
    ];
    expect(said(read({ 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts }]) }))).toEqual([
      'user: other image, image/png, 4 characters of base64 | reasoning hm | other ',
    ]);
  });

  it('is text where it is no JSON, and nothing of huge indices', () => {
    expect(said(read({ 'gen_ai.input.messages': '[{broken' }))).toEqual(['user: text [{broken']);
    expect(said(read({ 'gen_ai.prompt.99999999.content': 'x' }))).toEqual([]);
    expect(said(read({ 'gen_ai.input.messages': 7n }))).toEqual(['user: text 7']);
  });
});

it('reads the facts, the newest names first', () => {
  expect(
    read({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.response.model': 'gpt-5-2025-08-07',
      'gen_ai.usage.input_tokens': 100n,
      'gen_ai.usage.prompt_tokens': 99n,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 40n,
      'gen_ai.usage.reasoning.output_tokens': 5n,
      'gen_ai.response.finish_reasons': ['stop', 'length'],
    }),
  ).toMatchObject({
    provider: 'openai',
    model: 'gpt-5-2025-08-07',
    usage: { input: 100, output: 20, cachedInput: 40, reasoning: 5 },
    finishReasons: ['stop', 'length'],
  });
});

it('is nothing for other spans', () => {
  expect(read({ 'http.route': '/gen_ai', genai: 'x' })).toBeUndefined();
});
