import { describe, expect, it } from 'vitest';

import { parseQuery, type QueryErrorCode } from '../src/index.ts';

interface Mistake {
  /** The place that the error must name stands between « and ». */
  readonly text: string;
  readonly code: QueryErrorCode;
  readonly message: RegExp;
  readonly suggestion?: string;
}

const MISTAKES: readonly Mistake[] = [
  // Syntax
  { text: '«name» = "x"', code: 'syntax', message: /between braces/, suggestion: '{ name = "x" }' },
  { text: '«.a» = 1', code: 'syntax', message: /between braces/, suggestion: '{ .a = 1 }' },
  { text: '«{» name = "x"', code: 'unterminated', message: /never closed: a "}" is missing/ },
  { text: '{ (.a = 1 «}»', code: 'syntax', message: /"}" stands where an operator or "\)"/ },
  { text: '{ .a = «}»', code: 'syntax', message: /"}" stands where a field or a value is expected/ },
  { text: '{ .a «.b» }', code: 'syntax', message: /".b" stands where an operator or "}" is expected/ },
  { text: '{ .a } «}»', code: 'syntax', message: /where &&, \|\| or the end of the query is expected/ },
  { text: '{ .a } «{» .b }', code: 'syntax', message: /where &&, \|\| or the end/ },
  { text: '«!»{ .a }', code: 'syntax', message: /"!" stands inside the braces/ },
  { text: '{ .a «==» 1 }', code: 'syntax', message: /one =/, suggestion: '=' },
  { text: '{ .a = 1 «and» .b = 2 }', code: 'syntax', message: /written &&/, suggestion: '&&' },
  { text: '{ .a = 1 «OR» .b = 2 }', code: 'syntax', message: /written \|\|/, suggestion: '||' },
  { text: '{ .a = 1 «&» .b = 2 }', code: 'invalid_token', message: /written &&/, suggestion: '&&' },
  { text: '{ .a = 1 «|» .b = 2 }', code: 'syntax', message: /written \|\|/, suggestion: '||' },
  { text: '{ .a = «"x }»', code: 'unterminated', message: /no closing "/ },
  { text: '{ .a = «`x }»', code: 'unterminated', message: /no closing `/ },
  { text: '{ span.«"a = 1 }»', code: 'unterminated', message: /attribute name has no closing/ },
  { text: '{ «span.» = 1 }', code: 'syntax', message: /name is missing behind "span\."/ },
  { text: "{ .a = «'»x' }", code: 'invalid_token', message: /double quotes/ },
  { text: '{ .a =~ "«\\d»+" }', code: 'invalid_token', message: /no escape.*backticks/, suggestion: '\\\\d' },
  { text: '{ .a = «5x» }', code: 'invalid_token', message: /no known unit/ },
  { text: '{ .a = «9223372036854775808» }', code: 'invalid_token', message: /64 bits/ },
  { text: '{ .a = «1e999» }', code: 'invalid_token', message: /too large/ },
  { text: '{ duration > «300y» }', code: 'invalid_token', message: /292 years/ },
  { text: '{ .a = 1 «/* }»', code: 'unterminated', message: /comment/ },
  { text: '{\n  .a = 1 &&\n  «;»\n}', code: 'invalid_token', message: /";"/ },
  // Names
  {
    text: '{ «http.status_code» = 500 }',
    code: 'unknown_name',
    message: /needs a scope/,
    suggestion: '.http.status_code',
  },
  {
    text: '{ «service.name» = "a" }',
    code: 'unknown_name',
    message: /needs a scope/,
    suggestion: 'resource.service.name',
  },
  { text: '{ «durtion» > 1s }', code: 'unknown_name', message: /did you mean duration\?/, suggestion: 'duration' },
  { text: '{ status = «eror» }', code: 'unknown_name', message: /did you mean error\?/, suggestion: 'error' },
  { text: '{ kind = «sever» }', code: 'unknown_name', message: /did you mean server\?/, suggestion: 'server' },
  { text: '{ «foo» = 1 }', code: 'unknown_name', message: /\.foo/, suggestion: '.foo' },
  {
    text: '{ «span:durations» > 1s }',
    code: 'unknown_name',
    message: /did you mean span:duration\?/,
    suggestion: 'span:duration',
  },
  { text: '{ «span:http» = 1 }', code: 'unknown_name', message: /written span\.http/, suggestion: 'span.http' },
  { text: '{ «trace:bogus» = 1 }', code: 'unknown_name', message: /trace:id/ },
  { text: '{ «foo:bar» = 1 }', code: 'unknown_name', message: /span:, trace:/ },
  // Types
  { text: '{ «duration > "1s"» }', code: 'type_mismatch', message: /a duration .* a text/, suggestion: '1s' },
  { text: '{ «name = 5» }', code: 'type_mismatch', message: /a text .* a number/ },
  { text: '{ «status = "error"» }', code: 'type_mismatch', message: /a status/, suggestion: 'error' },
  {
    text: '{ «status = server» }',
    code: 'type_mismatch',
    message: /server is a keyword that only kind/,
    suggestion: '"server"',
  },
  { text: '{ «.level = error» }', code: 'type_mismatch', message: /keyword that only status/, suggestion: '"error"' },
  { text: '{ «status > error» }', code: 'type_mismatch', message: /no order/ },
  { text: '{ «true < .a» }', code: 'type_mismatch', message: /no order/ },
  { text: '{ «"x"» }', code: 'type_mismatch', message: /must be true or false/ },
  { text: '{ «duration» }', code: 'type_mismatch', message: /must be true or false.*duration > 100ms/ },
  { text: '{ .a && «1» }', code: 'type_mismatch', message: /operand of && must be/ },
  { text: '{ !«name» }', code: 'type_mismatch', message: /behind "!" must be/ },
  { text: '{ «"a"» + 1 = 2 }', code: 'type_mismatch', message: /"\+" takes numbers/ },
  { text: '{ -«name» = 2 }', code: 'type_mismatch', message: /"-" takes numbers/ },
  { text: '{ «duration» =~ "1.*" }', code: 'type_mismatch', message: /matches text/ },
  { text: '{ .a =~ «.b» }', code: 'type_mismatch', message: /regular expression as a text/ },
  { text: '{ .a =~ «"(x"» }', code: 'invalid_regex', message: /"\)" is missing \(at character 3\)/ },
  { text: '{ .a =~ «`(a)\\1`» }', code: 'invalid_regex', message: /Backreferences/ },
  { text: '{ .a !~ «"(?=x)"» }', code: 'invalid_regex', message: /Lookaround/ },
  { text: '{ .a «<» nil }', code: 'invalid_nil', message: /with = or != only/ },
  { text: '{ «nil» }', code: 'invalid_nil', message: /with = or != only/ },
  { text: '{ «nil = nil» }', code: 'invalid_nil', message: /with a field/ },
  { text: '{ «1 = nil» }', code: 'invalid_nil', message: /Only fields/ },
  { text: '{ «name = nil» }', code: 'invalid_nil', message: /never nil.*empty text/ },
  { text: '{ «resource.service.name = nil» }', code: 'invalid_nil', message: /unknown_service/ },
  // Not yet
  { text: '{ .a } «|» count() > 1', code: 'not_supported', message: /Not supported yet: pipeline/ },
  { text: '«count»() > 1', code: 'not_supported', message: /Not supported yet: count/ },
  { text: '{ .a } «with»(most_recent=true)', code: 'not_supported', message: /hints/ },
  { text: '{ «parent» = nil }', code: 'not_supported', message: /parent/ },
];

describe('errors of queries', () => {
  it.each(MISTAKES)('$text', ({ text, code, message, suggestion }) => {
    const start = text.indexOf('«');
    const end = text.indexOf('»') - 1;
    const query = text.replace('«', '').replace('»', '');
    const { error } = parseQuery(query);
    expect(error?.message).toMatch(message);
    expect(error?.code).toBe(code);
    expect(error?.suggestion).toBe(suggestion);
    expect(query.slice(error?.range.start, error?.range.end)).toBe(query.slice(start, end));
    expect(error?.range).toEqual({ start, end });
  });

  it('counts lines and columns from 1', () => {
    expect(parseQuery('{\n  .a = 1 &&\n  foo = 1\n}').error?.position).toEqual({ offset: 16, line: 3, column: 3 });
    expect(parseQuery('\n').error).toBeUndefined();
    expect(parseQuery(' x').error?.position).toEqual({ offset: 1, line: 1, column: 2 });
  });

  it('applies: what is suggested for a name parses', () => {
    for (const { text, code, suggestion } of MISTAKES) {
      if (code !== 'unknown_name' || suggestion === undefined) continue;
      const fixed = text.replace(/«.*»/s, suggestion);
      expect({ fixed, error: parseQuery(fixed).error }).toEqual({ fixed, error: undefined });
    }
  });
});
