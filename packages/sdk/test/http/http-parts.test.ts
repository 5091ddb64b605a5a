import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { authorityText, parseAuthority } from '../../src/http/attributes/authority.ts';
import { forwardedHeaders } from '../../src/http/attributes/forwarded-headers.ts';
import { headerInLines } from '../../src/http/attributes/header-lines.ts';
import { queryRedaction, redactTarget } from '../../src/http/attributes/redact-query.ts';
import { expressRoute } from '../../src/http/express-route.ts';
import { httpEnvironmentOptions } from '../../src/http/http-environment.ts';
import type { HeaderValue, IncomingRequest } from '../../src/http/http-exchange.ts';
import { httpSettings } from '../../src/http/http-settings.ts';

test.each([
  ['shop.example', 'shop.example', undefined],
  ['shop.example:8080', 'shop.example', 8080],
  ['shop.example:', 'shop.example', undefined],
  ['shop.example:http', 'shop.example', undefined],
  ['shop.example:65536', 'shop.example', undefined],
  ['10.0.0.1:80', '10.0.0.1', 80],
  ['[2001:db8::1]', '2001:db8::1', undefined],
  ['[2001:db8::1]:443', '2001:db8::1', 443],
  ['2001:db8::1', '2001:db8::1', undefined],
  ['[2001:db8', '[2001:db8', undefined],
])('authority %s', (text, host, port) => {
  expect(parseAuthority(text)).toEqual({ host, port });
  expect(parseAuthority(text)).toEqual({ host, port });
});

test('authorities of URLs leave the default port out and put IPv6 in brackets', () => {
  expect(authorityText('https', 'shop.example', 443)).toBe('shop.example');
  expect(authorityText('http', 'shop.example', 443)).toBe('shop.example:443');
  expect(authorityText('http', '::1', undefined)).toBe('[::1]');
});

describe('redaction', () => {
  const redact = queryRedaction(['sig', 'a.b']);

  test.each([
    ['q=1&sig=secret&r=2', 'q=1&sig=REDACTED&r=2'],
    ['sig=secret', 'sig=REDACTED'],
    ['sig=', 'sig=REDACTED'],
    ['sig=a=b&sig=c', 'sig=REDACTED&sig=REDACTED'],
    ['Sig=kept&xsig=kept&sigx=kept&sig', 'Sig=kept&xsig=kept&sigx=kept&sig'],
    ['a.b=x&a+b=kept&aXb=kept', 'a.b=REDACTED&a+b=kept&aXb=kept'],
    ['s%69g=secret&q=%20', 's%69g=REDACTED&q=%20'],
    ['%zz=1&sig=secret', '%zz=1&sig=REDACTED'],
    ['q=%2F', 'q=%2F'],
  ])('%s', (query, expected) => {
    expect(redact(query)).toBe(expected);
    expect(redact(query)).toBe(expected);
  });

  test('no value of a redacted key is left, and other pairs stay as they are', () => {
    const pair = fc.tuple(fc.constantFrom('sig', 'q', 'si%67', 'a.b', 'x'), fc.stringMatching(/^[a-z]{1,8}$/));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
        const secret = new Set(['sig', 'si%67', 'a.b']);
        const query = pairs.map(([key, value]) => `${key}=${value}`).join('&');
        const expected = pairs.map(([key, value]) => `${key}=${secret.has(key) ? 'REDACTED' : value}`).join('&');
        expect(redact(query)).toBe(expected);
      }),
    );
  });

  test('without keys nothing is, and paths are left alone', () => {
    expect(queryRedaction([])('sig=x')).toBe('sig=x');
    expect(redactTarget('/sig=x?sig=x', redact)).toBe('/sig=x?sig=REDACTED');
    expect(redactTarget('/a', redact)).toBe('/a');
  });
});

describe('what proxies say', () => {
  const said = (headers: Record<string, HeaderValue>): ReturnType<typeof forwardedHeaders> =>
    // Only `header` is asked.
    forwardedHeaders({ header: (name: string) => headers[name] } as IncomingRequest);

  test.each<[Record<string, HeaderValue>, ReturnType<typeof forwardedHeaders>]>([
    [{}, undefined],
    [{ 'x-forwarded-for': '203.0.113.9, 10.0.0.1' }, { clientAddress: '203.0.113.9' }],
    [{ 'x-forwarded-for': ['203.0.113.9:4711'] }, { clientAddress: '203.0.113.9' }],
    [{ 'x-forwarded-for': '[2001:db8::1]:4711' }, { clientAddress: '2001:db8::1' }],
    [
      { 'x-forwarded-host': 'shop:81', 'x-forwarded-proto': 'HTTPS' },
      { authority: 'shop:81', scheme: 'https' },
    ],
    [{ 'x-forwarded-proto': 'ws' }, {}],
    [{ forwarded: 'For=192.0.2.60;Proto=http;by=203.0.113.43' }, { clientAddress: '192.0.2.60', scheme: 'http' }],
    [{ forwarded: 'for=_hidden, for="[2001:db8:cafe::17]"' }, { clientAddress: '2001:db8:cafe::17' }],
    [{ forwarded: 'for=Unknown;proto=http' }, { scheme: 'http' }],
    [{ forwarded: 'for=unknown', 'x-forwarded-for': 'unknown, _a:_b, 203.0.113.9' }, { clientAddress: '203.0.113.9' }],
    [{ 'x-forwarded-for': 'unknown:80' }, {}],
    [{ 'x-forwarded-for': 'unknown.example' }, { clientAddress: 'unknown.example' }],
    [{ forwarded: 'by=a, for=b;host="c\\"d"' }, { clientAddress: 'b', authority: 'c"d' }],
    [{ forwarded: ';;=,', 'x-forwarded-for': ' a ' }, { clientAddress: 'a' }],
  ])('%o', (headers, expected) => {
    expect(said(headers)).toEqual(expected);
  });

  test('nothing in them throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (forwarded, address) => {
        said({ forwarded, 'x-forwarded-for': address });
      }),
    );
  });
});

test.each([
  [{}, undefined],
  [{ route: undefined }, undefined],
  [{ route: { path: '/orders/:id' }, baseUrl: '' }, '/orders/:id'],
  [{ route: { path: '/:id' }, baseUrl: '/api/v2' }, '/*/:id'],
  [{ route: { path: '/' }, baseUrl: '/api' }, '/*'],
  [{ route: { path: '/:id' }, baseUrl: '', originalUrl: '/api/7?x=1' }, '/*/:id'],
  [{ route: { path: '/:id' }, baseUrl: '', originalUrl: '/7' }, '/:id'],
  [{ route: { path: '/files/*rest' }, baseUrl: '', originalUrl: '/a/files/b/c' }, '/files/*rest'],
  [{ route: { path: /^\/x/ }, baseUrl: '' }, String.raw`/^\/x/`],
  [{ route: { path: ['/a', '/b'] }, baseUrl: '' }, '/a|/b'],
  [{ route: { path: 7 } }, undefined],
])('the route of Express for %o', (request, expected) => {
  expect(expressRoute(request)).toBe(expected);
});

test('headers in lines', () => {
  const lines = 'HTTP/1.1 200 OK\r\nX-One: 1\r\nset-cookie: a=1\r\nSet-Cookie:b=2\r\n\r\n';
  expect(headerInLines(lines, 'x-one')).toBe('1');
  expect(headerInLines(lines, 'set-cookie')).toEqual(['a=1', 'b=2']);
  expect(headerInLines(lines, 'x-none')).toBeUndefined();
});

describe('the environment', () => {
  test.each([
    [undefined, 'stable'],
    ['http', 'stable'],
    ['database/dup', 'stable'],
    ['http, http/dup', 'both'],
    ['http/dup', 'both'],
  ])('OTEL_SEMCONV_STABILITY_OPT_IN=%s', (value, conventions) => {
    expect(httpEnvironmentOptions({ OTEL_SEMCONV_STABILITY_OPT_IN: value }).conventions).toBe(conventions);
  });

  test('captured headers in both spellings, known methods, and options win', () => {
    const environment = {
      OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS: 'X-One, x-two',
      OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE: 'x-three',
      OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET,LIST',
    };
    expect(httpEnvironmentOptions(environment)).toMatchObject({
      captureHeaders: { server: { request: ['X-One', 'x-two'] }, client: { response: ['x-three'] } },
      knownMethods: ['GET', 'LIST'],
    });
    const settings = httpSettings({ captureHeaders: { server: { request: ['x-own'] } } }, environment);
    expect(settings.serverRequestHeaders).toEqual([{ header: 'x-own', attribute: 'http.request.header.x-own' }]);
    expect(settings.clientResponseHeaders).toHaveLength(1);
    expect(settings.serverResponseHeaders).toBeUndefined();
    expect([...settings.knownMethods]).toEqual(['GET', 'LIST']);
  });
});
