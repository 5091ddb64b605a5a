import { guardedCall } from './guarded-call.ts';
import type { IgnoreRule } from './http-options.ts';

/** Whether a request is ignored; undefined: none is. */
export type IsIgnored<Request> = ((request: Request) => boolean) | undefined;

export function compileIgnoreRules<Request extends { readonly target: string }>(
  rules: IgnoreRule<Request> | readonly IgnoreRule<Request>[] | undefined,
): IsIgnored<Request> {
  if (rules === undefined) return undefined;
  const list: readonly IgnoreRule<Request>[] = isList(rules) ? rules : [rules];
  if (list.length === 0) return undefined;
  return (request) => list.some((rule) => matches(rule, request));
}

function isList<T>(rules: T | readonly T[]): rules is readonly T[] {
  return Array.isArray(rules);
}

function matches<Request extends { readonly target: string }>(rule: IgnoreRule<Request>, request: Request): boolean {
  if (typeof rule === 'function') return guardedCall('an ignore rule', rule, request) === true;
  const path = pathOf(request.target);
  if (typeof rule === 'string') return rule === path;
  // A pattern with `g` or `y` goes on where it stopped last time.
  rule.lastIndex = 0;
  return rule.test(path);
}

/** The path of a request target without its query. */
export function pathOf(target: string): string {
  const start = target.indexOf('?');
  return start < 0 ? target : target.slice(0, start);
}
