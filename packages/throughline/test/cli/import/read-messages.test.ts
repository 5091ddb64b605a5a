import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Message, readDocument, readLengthPrefixed, readLines } from '../../../src/cli/import/read-messages.ts';

async function* chunksOf(content: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let i = 0; at < content.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? content.length);
    yield await Promise.resolve(content.subarray(at, at + size));
    at += size;
  }
}

async function all(messages: AsyncIterable<Message>): Promise<Message[]> {
  const list: Message[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

function textOf(message: Message | undefined): string | undefined {
  return message?.kind === 'message' ? message.bytes.toString() : undefined;
}

function frame(content: string | Buffer, length = Buffer.byteLength(content)): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(length);
  return Buffer.concat([prefix, Buffer.from(content)]);
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('readLines', () => {
  const limits = { maxBytes: 10, maxFirstBytes: 10 };

  test('gives the lines that hold something with their numbers, however the file is cut into chunks', async () => {
    const line = fc.string({ maxLength: 10, unit: fc.constantFrom('a', '{', ' ', '\r') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.boolean(), sizes, async (lines, endsWithBreak, cuts) => {
        const content = lines.join('\n') + (endsWithBreak ? '\n' : '');
        const messages = await all(readLines(chunksOf(Buffer.from(content), cuts), limits));
        const expected = lines.flatMap((text, i) => (text.trim() === '' ? [] : [{ text, line: i + 1 }]));
        expect(messages.map((message) => ({ text: textOf(message), line: message.line }))).toEqual(expected);
        for (const { byteOffset, line: number } of messages) {
          expect(byteOffset).toBe(lines.slice(0, (number ?? 1) - 1).reduce((sum, text) => sum + text.length + 1, 0));
        }
      }),
    );
  });

  test('a line at the limit is read, one above it is skipped and told, and the next is read', async () => {
    const content = `${'a'.repeat(10)}\n${'b'.repeat(11)}\nccc\n`;
    for (const cuts of [[3], [100], [11, 12, 4]]) {
      const messages = await all(readLines(chunksOf(Buffer.from(content), cuts), limits));
      expect(messages.map(textOf)).toEqual(['a'.repeat(10), undefined, 'ccc']);
      expect(messages[1]).toMatchObject({ kind: 'unreadable', line: 2, byteOffset: 11 });
    }
  });

  test('the first line may be a document', async () => {
    const content = `${'a'.repeat(30)}\n${'b'.repeat(30)}\n`;
    const messages = await all(readLines(chunksOf(Buffer.from(content), [7]), { maxBytes: 10, maxFirstBytes: 30 }));
    expect(messages.map(textOf)).toEqual(['a'.repeat(30), undefined]);
  });
});

describe('readLengthPrefixed', () => {
  test('gives the messages with their positions, however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 20, unit: 'binary-ascii' })), sizes, async (texts, cuts) => {
        const content = Buffer.concat(texts.map((text) => frame(text)));
        const messages = await all(readLengthPrefixed(chunksOf(content, cuts), 20));
        expect(messages.map(textOf)).toEqual(texts.filter((text) => text !== ''));
        for (const message of messages) expect(content.readUInt32BE(message.byteOffset)).toBe(textOf(message)?.length);
      }),
    );
  });

  test('a message at the limit is read, one above it is skipped and told, and the next is read', async () => {
    const content = Buffer.concat([frame('a'.repeat(10)), frame('b'.repeat(11)), frame('ccc')]);
    for (const cuts of [[1], [5], [100], [17, 3]]) {
      const messages = await all(readLengthPrefixed(chunksOf(content, cuts), 10));
      expect(messages.map(textOf)).toEqual(['a'.repeat(10), undefined, 'ccc']);
      expect(messages[1]).toMatchObject({ kind: 'unreadable', byteOffset: 14 });
    }
  });

  test.each([
    ['within a message', Buffer.concat([frame('aaa'), frame('bbb', 5)])],
    ['within a length', Buffer.concat([frame('aaa'), Buffer.of(0, 0)])],
    ['within a message that is too long', Buffer.concat([frame('aaa'), frame('bbb', 0xffff_ffff)])],
  ])('a file that ends %s gives what is whole and says so', async (_, content) => {
    const messages = await all(readLengthPrefixed(chunksOf(content, [2]), 10));
    expect(textOf(messages[0])).toBe('aaa');
    expect(messages.at(-1)).toMatchObject({ kind: 'unreadable', message: 'the file ends within a message' });
  });
});

describe('readDocument', () => {
  test('a document at the limit is read, one above it is told', async () => {
    expect((await all(readDocument(chunksOf(Buffer.from('1234567890'), [3]), 10))).map(textOf)).toEqual(['1234567890']);
    expect(await all(readDocument(chunksOf(Buffer.from('12345678901'), [3]), 10))).toMatchObject([
      { kind: 'unreadable' },
    ]);
  });
});
