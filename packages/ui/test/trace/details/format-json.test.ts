import fc from 'fast-check';
import { expect, it } from 'vitest';

import { formatJson } from '../../../src/trace/details/format-json.ts';
import { textOfLines } from '../../../src/trace/details/text-lines.ts';

const formatted = (json: string): string => textOfLines(formatJson(json) ?? []);

it('lays out objects, and short lists of plain values on one line', () => {
  expect(formatted('{"a":1.50,"b":{"c":[1,2,3],"d":[]},"e":{},"f":[{"g":null}]}')).toBe(
    [
      '{',
      '  "a": 1.50,',
      '  "b": {',
      '    "c": [1, 2, 3],',
      '    "d": []',
      '  },',
      '  "e": {},',
      '  "f": [',
      '    {',
      '      "g": null',
      '    }',
      '  ]',
      '}',
    ].join('\n'),
  );
});

it('leaves numbers and escapes as they are written', () => {
  expect(formatted('[12345678901234567890,1.0,"\\u0041\\n: {x}"]')).toBe(
    '[12345678901234567890, 1.0, "\\u0041\\n: {x}"]',
  );
});

it('is nothing for what is no object or array', () => {
  for (const text of ['"a"', '12', '{a:1}', '[1,', 'null', '', '{"a":1} x']) expect(formatJson(text)).toBeUndefined();
});

it('is the same JSON', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(formatted(text))).toEqual(JSON.parse(text));
    }),
  );
});

it('does not recurse where a document is very deep', () => {
  const deep = '['.repeat(5_000) + ']'.repeat(5_000);
  expect(formatted(deep)?.replaceAll(/\s/g, '')).toBe(deep);
});
