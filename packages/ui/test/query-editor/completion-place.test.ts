import { describe, expect, it } from 'vitest';

import { completionPlace } from '../../src/query-editor/completion-place.ts';

/** The place at the bar in the text. */
function at(text: string) {
  return completionPlace(text.replace('|', ''), text.indexOf('|'));
}

describe('what may be written', () => {
  it.each([
    ['|', 'spanset'],
    ['{ name = "a" } && |', 'spanset'],
    ['{ } |', 'spansetOperator'],
    ['{ | }', 'field'],
    ['{ na| }', 'field'],
    ['{ span.http.me| }', 'field'],
    ['{ span.| }', 'field'],
    ['{ http.me| }', 'field'],
    ['{ name = "a" && (.b| }', 'field'],
    ['{ name | }', 'operator'],
    ['{ name = "a" | }', 'connective'],
    ['{ (duration > 1s) | }', 'connective'],
    ['{ status = | }', 'value'],
    ['{ status = er|', 'value'],
    ['{ duration > 1| }', 'value'],
    ['{ name = "ge|', 'value'],
    ['{ a = b } >> { kind = | }', 'value'],
  ])('at %s', (text, expects) => {
    expect(at(text)?.expects).toBe(expects);
  });

  it('begins where the piece does', () => {
    expect(at('{ span.http.me| }')).toMatchObject({ from: 2, started: true });
    expect(at('{ name = "ge|')).toMatchObject({ from: 9, started: true });
    expect(at('{ name = |')).toMatchObject({ from: 9, started: false });
  });

  it('knows the field and the service of a value', () => {
    expect(at('{ resource.service.name = "cart" && span.http.route = |')).toMatchObject({
      field: { kind: 'attribute', scope: 'span', name: 'http.route' },
      operator: '=',
      service: 'cart',
    });
    expect(at('{ resource.service.name = "cart" } >> { name = |')).toMatchObject({
      field: { kind: 'intrinsic', spelling: 'name' },
      service: undefined,
    });
  });

  it('is nothing in a comment or behind what is none', () => {
    expect(at('{ // na|')).toBeUndefined();
    expect(at('{ /* na|')).toBeUndefined();
    expect(at('{ name & |')).toBeUndefined();
  });
});
