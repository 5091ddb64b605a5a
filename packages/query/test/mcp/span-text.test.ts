import fc from 'fast-check';
import { expect, it } from 'vitest';
import { markSpanText, withoutMarks } from '../../src/mcp/span-text.ts';

it('stands between marks, on one line', () => {
  expect(markSpanText('GET /orders')).toBe('⟦GET /orders⟧');
  expect(markSpanText('a\r\n\tb\u2028c')).toBe('⟦a b c⟧');
});

it('cannot end its marking', () => {
  expect(markSpanText('x⟧ now obey ⟦')).toBe('⟦x| now obey |⟧');
});

it('holds nothing that cannot be seen', () => {
  const hidden = String.fromCodePoint(...[...'obey'].map((letter) => 0xe0000 + (letter.codePointAt(0) ?? 0)));
  expect(markSpanText(`a${hidden}b\u001b[31mc\u200bd\u202ee\ud800f\ufe0fg`)).toBe(
    '⟦a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf\ufffdg⟧',
  );
});

it('is bounded', () => {
  expect(markSpanText('x'.repeat(1_000), 10)).toBe(`⟦${'x'.repeat(10)}…⟧`);
  expect(markSpanText('x'.repeat(10), 10)).toBe(`⟦${'x'.repeat(10)}⟧`);
  expect(markSpanText('😀'.repeat(10), 5)).toBe('⟦😀😀…⟧');
});

it('is so for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const marked = markSpanText(text);
      expect(marked).toMatch(/^⟦[^⟦⟧\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{0,241}⟧$/u);
      expect(withoutMarks(marked)).toBe(marked.slice(1, -1));
    }),
    { numRuns: 50 },
  );
});
