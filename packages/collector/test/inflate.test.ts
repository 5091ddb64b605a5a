import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate } from '../src/inflate.ts';

const text = Buffer.from('a'.repeat(10_000));

test.each([
  ['gzip', zlib.gzipSync(text)],
  ['x-gzip', zlib.gzipSync(text)],
  ['GZIP', zlib.gzipSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['deflate', zlib.deflateRawSync(text)],
  ['zstd', zlib.zstdCompressSync(text)],
  ['identity', text],
  [undefined, text],
])('a body encoded as %s comes back', async (encoding, body) => {
  expect(await inflate(body, encoding, 10_000)).toEqual(text);
});

test.each([
  ['gzip', zlib.gzipSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['zstd', zlib.zstdCompressSync(text)],
])('a %s body of one byte more than the limit is refused', async (encoding, body) => {
  expect((await inflate(body, encoding, 10_000)).length).toBe(10_000);
  await expect(inflate(body, encoding, 9_999)).rejects.toMatchObject({ code: 'body_too_large' });
});

test.each(['gzip', 'deflate', 'zstd'])('a body that is not %s is malformed', async (encoding) => {
  await expect(inflate(Buffer.from('not compressed'), encoding, 1_000)).rejects.toMatchObject({
    code: 'malformed_payload',
  });
});

test('a truncated gzip body is malformed', async () => {
  const whole = zlib.gzipSync(text);
  await expect(inflate(whole.subarray(0, -5), 'gzip', 1_000_000)).rejects.toMatchObject({ code: 'malformed_payload' });
});

test.each([0, 1, 9_999, 10_001, 2 ** 32 - 1])(
  'a gzip body that says it holds %d bytes is read as it is',
  async (length) => {
    const whole = zlib.gzipSync(text);
    const said = zlib.gunzipSync(whole).length;
    expect(whole.readUInt32LE(whole.length - 4)).toBe(said);
    const lying = Buffer.from(whole);
    lying.writeUInt32LE(length, lying.length - 4);
    await expect(inflate(lying, 'gzip', 10_000)).rejects.toMatchObject({ code: 'malformed_payload' });
  },
);

test('several gzip members, whose last length is not that of all, come back', async () => {
  const body = Buffer.concat([zlib.gzipSync(Buffer.alloc(300_000, 'b')), zlib.gzipSync(text)]);
  expect((await inflate(body, 'gzip', 310_000)).length).toBe(310_000);
});

test.each(['br', 'gzip, gzip', 'snappy'])('the encoding %s is refused by name', async (encoding) => {
  await expect(inflate(text, encoding, 1_000)).rejects.toMatchObject({ code: 'unsupported_encoding' });
});
