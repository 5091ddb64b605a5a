import {
  baggageEntryMetadataFromString,
  type BaggageEntry,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { baggagePropagator } from '../../src/propagation/w3c-baggage.ts';

/* Cases written from the W3C recommendation Baggage; the numbers are its sections. */

type Entries = Record<string, BaggageEntry>;

function extract(header: string | string[]): readonly (readonly [string, string, string?])[] {
  const context = baggagePropagator().extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
  return (propagation.getBaggage(context)?.getAllEntries() ?? []).map(([key, { value, metadata }]) =>
    metadata === undefined ? [key, value] : [key, value, metadata.toString()],
  );
}

function inject(entries: Entries, context = ROOT_CONTEXT): string | undefined {
  const carrier: Record<string, string> = {};
  const baggage = propagation.createBaggage(entries);
  baggagePropagator().inject(propagation.setBaggage(context, baggage), carrier, defaultTextMapSetter);
  return carrier['baggage'];
}

describe('reading (3.2)', () => {
  test.each([
    ['one', 'key1=value1', [['key1', 'value1']]],
    [
      'blanks around keys, values and members',
      ' k1 = v1 \t,\tk2=v2 ',
      [
        ['k1', 'v1'],
        ['k2', 'v2'],
      ],
    ],
    [
      'properties',
      'k=v;p1;p2=x, k2 = v2 ; p3 = y',
      [
        ['k', 'v', 'p1;p2=x'],
        ['k2', 'v2', 'p3 = y'],
      ],
    ],
    [
      'a percent-encoded value',
      'serverNode=DF%2028,userId=Am%C3%A9lie',
      [
        ['serverNode', 'DF 28'],
        ['userId', 'Amélie'],
      ],
    ],
    ['delimiters that were encoded', 'k=%2C%3B%3D%25%22%5C', [['k', ',;=%"\\']]],
    ['an equals sign in a value', 'k=a=b==', [['k', 'a=b==']]],
    ['an empty value', 'k=', [['k', '']]],
    ['a plus is a plus', 'k=a+b', [['k', 'a+b']]],
    ['every character of a key', "!#$&'*+-.^_`|~09azAZ=1", [["!#$&'*+-.^_`|~09azAZ", '1']]],
    ['octets that are no UTF-8', 'k=a%FFb%C3%28', [['k', 'a\ufffdb\ufffd(']]],
    [
      'a percent sign alone',
      'k=100%,k2=%zz',
      [
        ['k', '100%'],
        ['k2', '%zz'],
      ],
    ],
    ['a key that is repeated: the last', 'k=1,k=2', [['k', '2']]],
    ['empty members', ',k=1,,', [['k', '1']]],
    [
      'several headers',
      ['k=1,k2=2', 'k3=3'],
      [
        ['k', '1'],
        ['k2', '2'],
        ['k3', '3'],
      ],
    ],
    ['a name of an object', '__proto__=1', [['__proto__', '1']]],
  ])('%s', (_what, header, expected) => {
    expect(extract(header)).toEqual(expected);
  });

  test.each([
    ['no equals sign', 'key'],
    ['an empty key', '=value'],
    ['a blank in a key', 'ke y=value'],
    ['a delimiter of HTTP in a key', 'k[e]y=value'],
    ['a quote in a key', '"key"=value'],
    ['a character outside ASCII in a key', 'kéy=value'],
  ])('%s: that member is left out, the others stay', (_what, member) => {
    expect(extract(`a=1,${member},b=2`)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  test('nothing found leaves the context as it is', () => {
    for (const header of ['', ' ', ',', 'key', '=']) {
      expect(baggagePropagator().extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
    }
  });
});

describe('writing (3.2, 3.3)', () => {
  test('what is no baggage octet is percent-encoded; properties stay as they are', () => {
    const entries: Entries = {
      k: { value: 'a b,c;d=e"f\\g%é' },
      p: { value: 'v', metadata: baggageEntryMetadataFromString('p1;p2=x') },
      'a b': { value: '1' },
    };
    expect(inject(entries)).toBe('k=a%20b%2Cc%3Bd%3De%22f%5Cg%25%C3%A9,p=v;p1;p2=x,a%20b=1');
  });

  test('properties that would break the header are left out, and so is an empty key', () => {
    const broken = baggageEntryMetadataFromString('p1,other=1');
    expect(inject({ k: { value: 'v', metadata: broken }, '': { value: 'x' } })).toBe('k=v');
  });

  test('any entry comes back', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter((key) => key !== ''),
          text,
          { maxKeys: 8 },
        ),
        (values) => {
          const entries = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
          expect(Object.fromEntries(extract(inject(entries) ?? ''))).toEqual(values);
        },
      ),
    );
  });

  test('64 members of 8,192 bytes in all are passed on whole (3.3.2)', () => {
    const entries = Object.fromEntries(
      Array.from({ length: 64 }, (_, i) => [
        `k${String(i).padStart(2, '0')}`,
        { value: 'v'.repeat(i === 0 ? 124 : 123) },
      ]),
    );
    const header = inject(entries);
    expect(header?.length).toBe(8192);
    expect(extract(header ?? '').length).toBe(64);
  });

  test('a member that does not fit is left out whole, those that do stay', () => {
    const big = { value: 'v'.repeat(4090) };
    expect(
      inject({ a: big, b: big, c: big, d: { value: '1' } })
        ?.split(',')
        .map((member) => member[0]),
    ).toEqual(['a', 'b', 'd']);
    const many = Object.fromEntries(Array.from({ length: 181 }, (_, i) => [`k${i}`, { value: '1' }]));
    expect(extract(inject(many) ?? '').length).toBe(180);
    expect(extract(Array.from({ length: 181 }, (_, i) => `k${i}=1`).join(',')).length).toBe(180);
    expect(extract(`a=${'v'.repeat(4094)},b=${'v'.repeat(4095)}`).map(([key]) => key)).toEqual(['a']);
  });

  test('nothing without baggage, or where tracing is suppressed', () => {
    expect(inject({})).toBe(undefined);
    expect(inject({ k: { value: 'v' } }, suppressTracing(ROOT_CONTEXT))).toBe(undefined);
  });
});

test('a name that is written with a capital is read, too', () => {
  const context = baggagePropagator().extract(ROOT_CONTEXT, { Baggage: 'a=1' }, defaultTextMapGetter);
  expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('1');
});
