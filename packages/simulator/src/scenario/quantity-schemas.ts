import { type AttributeValue, isTooLongDuration, LONGEST_DURATION, parseDuration } from '@throughline/model';
import { type Distribution, logNormalFromQuantiles } from '../random/distribution.ts';
import type { AttributeSpec } from './scenario.ts';
import {
  defined,
  INVALID,
  isRecord,
  join,
  number,
  type Parsed,
  type Schema,
  type ScenarioIssue,
  wrong,
} from './schema.ts';

const DURATION_TEXT = String.raw`^(\d+\.?\d*(ns|us|µs|ms|s|m|h|d) ?)+$|^0$`;

/** `1.5s`, as nanoseconds. */
export const durationNano: Schema<number> = defined('duration', {
  json: { type: ['string', 'integer'], pattern: DURATION_TEXT, examples: ['20ms', '1.5s', '2m'] },
  parse: (input, path, issues) => {
    if (input === 0) return 0;
    const nanos = typeof input === 'string' ? parseDuration(input) : undefined;
    if (nanos !== undefined) return Number(nanos);
    if (typeof input === 'string' && isTooLongDuration(input)) {
      issues.push({ code: 'out_of_range', path, message: `must be at most ${LONGEST_DURATION}` });
      return INVALID;
    }
    return wrong(issues, path, 'must be a duration such as 20ms or 1.5s', input);
  },
});

export const probability: Schema<number> = number({ min: 0, max: 1 });
export const count: Schema<number> = number({ min: 1, max: 10_000_000, whole: true });

const QUANTILE = /^p(\d{1,2}(?:\.\d+)?|100)$/;
const SHAPES =
  'a value, {uniform: [min, max]}, {exponential: mean}, {p50, p99}, {log_normal: {median, sigma}} or {empirical: {p0, p50, ..., p100}}';

/** A distribution of what `scalar` reads. */
export function distribution(scalar: Schema<number>): Schema<Distribution> {
  const positive = (input: unknown, path: string, issues: ScenarioIssue[]): Parsed<number> => {
    const value = scalar.parse(input, path, issues);
    if (value === INVALID || value > 0) return value;
    issues.push({ code: 'out_of_range', path, message: 'must be more than 0' });
    return INVALID;
  };
  return {
    json: {
      anyOf: [
        scalar.json,
        {
          type: 'object',
          required: ['uniform'],
          properties: { uniform: { type: 'array', items: scalar.json, minItems: 2, maxItems: 2 } },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['exponential'],
          properties: { exponential: scalar.json },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['log_normal'],
          properties: {
            log_normal: {
              type: 'object',
              required: ['median', 'sigma'],
              properties: { median: scalar.json, sigma: { type: 'number', minimum: 0 } },
            },
          },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['empirical'],
          properties: { empirical: { type: 'object', patternProperties: { [QUANTILE.source]: scalar.json } } },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['p50'],
          patternProperties: { [QUANTILE.source]: scalar.json },
          additionalProperties: false,
          maxProperties: 2,
        },
      ],
    },
    parse: (input, path, issues) => {
      if (!isRecord(input)) {
        const value = scalar.parse(input, path, issues);
        return value === INVALID ? INVALID : { kind: 'constant', value };
      }
      const keys = Object.keys(input);
      const [key = ''] = keys;
      if (keys.length === 1 && key === 'uniform') {
        const range: unknown = input['uniform'];
        if (!Array.isArray(range) || range.length !== 2)
          return wrong(issues, join(path, key), 'must be [min, max]', range);
        const min = scalar.parse(range[0], `${path}.uniform[0]`, issues);
        const max = scalar.parse(range[1], `${path}.uniform[1]`, issues);
        if (min === INVALID || max === INVALID) return INVALID;
        if (min <= max) return { kind: 'uniform', min, max };
        issues.push({
          code: 'out_of_range',
          path: join(path, key),
          message: 'the first must not be more than the second',
        });
        return INVALID;
      }
      if (keys.length === 1 && key === 'exponential') {
        const mean = positive(input[key], join(path, key), issues);
        return mean === INVALID ? INVALID : { kind: 'exponential', mean };
      }
      if (keys.length === 1 && key === 'log_normal' && isRecord(input[key])) {
        const median = positive(input[key]['median'], `${path}.log_normal.median`, issues);
        const sigma = number({ min: 0, max: 10 }).parse(input[key]['sigma'], `${path}.log_normal.sigma`, issues);
        return median === INVALID || sigma === INVALID ? INVALID : { kind: 'log-normal', median, sigma };
      }
      if (keys.length === 1 && key === 'empirical' && isRecord(input[key])) {
        return quantiles(input[key], join(path, key), issues);
      }
      const other = keys.find((name) => name !== 'p50' && QUANTILE.test(name));
      if (keys.length === 2 && keys.includes('p50') && other !== undefined) {
        const median = positive(input['p50'], join(path, 'p50'), issues);
        const value = positive(input[other], join(path, other), issues);
        if (median === INVALID || value === INVALID) return INVALID;
        const p = Number(other.slice(1)) / 100;
        if (p > 0.5 && p < 1 && value >= median) return logNormalFromQuantiles(median, p, value);
        issues.push({
          code: 'out_of_range',
          path: join(path, other),
          message: 'must be a quantile above p50, and not less than p50',
        });
        return INVALID;
      }
      return wrong(issues, path, `must be ${SHAPES}`, input);
    },
  };

  function quantiles(
    input: Readonly<Record<string, unknown>>,
    path: string,
    issues: ScenarioIssue[],
  ): Parsed<Distribution> {
    const points: { readonly at: number; readonly value: number }[] = [];
    for (const [name, element] of Object.entries(input)) {
      const at = QUANTILE.exec(name)?.[1];
      if (at === undefined) return wrong(issues, join(path, name), 'must be named p0 to p100', name);
      const value = scalar.parse(element, join(path, name), issues);
      if (value === INVALID) return INVALID;
      points.push({ at: Number(at) / 100, value });
    }
    points.sort((a, b) => a.at - b.at);
    const isSound =
      points[0]?.at === 0 &&
      points.at(-1)?.at === 1 &&
      points.every(({ value }, i) => i === 0 || value >= (points[i - 1]?.value ?? 0));
    if (isSound) return { kind: 'empirical', at: points.map(({ at }) => at), values: points.map(({ value }) => value) };
    issues.push({ code: 'invalid', path, message: 'must go from p0 to p100 and never fall' });
    return INVALID;
  }
}

export const durationDistribution: Schema<Distribution> = defined('durations', distribution(durationNano));
export const numberDistribution: Schema<Distribution> = defined('numbers', distribution(number({ min: 0 })));

/** An attribute: a fixed value, or one that is drawn for each span. */
export const attributeSpec: Schema<AttributeSpec> = defined('attribute', {
  json: {
    anyOf: [
      { type: ['string', 'number', 'boolean'] },
      { type: 'array', items: { type: 'string' } },
      {
        type: 'object',
        required: ['integer'],
        properties: { integer: numberDistribution.json },
        additionalProperties: false,
      },
      {
        type: 'object',
        required: ['double'],
        properties: { double: numberDistribution.json },
        additionalProperties: false,
      },
      {
        type: 'object',
        required: ['one_of'],
        properties: { one_of: { type: 'array', minItems: 1, items: { type: ['string', 'number', 'boolean'] } } },
        additionalProperties: false,
      },
      {
        type: 'object',
        required: ['id', 'of'],
        properties: { id: { type: 'string' }, of: count.json },
        additionalProperties: false,
      },
    ],
  },
  parse: (input, path, issues) => {
    if (isRecord(input)) {
      if ('integer' in input || 'double' in input) {
        const kind = 'integer' in input ? 'integer' : 'double';
        const drawn = numberDistribution.parse(input[kind], join(path, kind), issues);
        return drawn === INVALID ? INVALID : { kind, distribution: drawn };
      }
      const values: unknown = input['one_of'];
      if (Array.isArray(values) && values.length > 0) return { kind: 'one-of', values: values.map(fixedValue) };
      if (typeof input['id'] === 'string') {
        const of = count.parse(input['of'], join(path, 'of'), issues);
        return of === INVALID ? INVALID : { kind: 'id', prefix: input['id'], count: of };
      }
    } else if (['string', 'number', 'boolean'].includes(typeof input) || Array.isArray(input)) {
      return { kind: 'fixed', value: fixedValue(input) };
    }
    return wrong(
      issues,
      path,
      'must be a value, {integer}, {double}, {one_of: [...]} or {id: prefix, of: count}',
      input,
    );
  },
});

/** Whole numbers are int64, as an SDK would send them. */
function fixedValue(input: unknown): AttributeValue {
  if (Array.isArray(input)) return input.map(fixedValue);
  if (typeof input === 'number') return Number.isInteger(input) ? BigInt(input) : input;
  return typeof input === 'boolean' ? input : String(input);
}
