import type { TraceState } from '@opentelemetry/api';

import { warnOnce } from '../helpers/tell-once.ts';

/** Source: W3C Trace Context, section 3.3.1 (`list`: at most 32 members) and 3.3.1.5 (limits of what is passed on). */
export const MAX_TRACE_STATE_MEMBERS = 32;
const LONG_MEMBER_CHARACTERS = 128;

const KEY_LEVEL_1 = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const KEY_LEVEL_2 = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
/** Printable ASCII but comma and equals sign, the last not a space, 256 at most. */
const VALUE = /^[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

/** Of the W3C recommendation: 2 lets a key begin with a digit and hold `@` anywhere. */
export type TraceContextLevel = 1 | 2;

/** An immutable trace state that holds only valid members, newest first. Invalid `set`s change nothing. */
class MemberTraceState implements TraceState {
  readonly #members: ReadonlyMap<string, string>;
  #text: string | undefined;

  constructor(members: ReadonlyMap<string, string>) {
    this.#members = members;
  }

  get(key: string): string | undefined {
    return this.#members.get(key);
  }

  set(key: string, value: string): TraceState {
    if (!KEY_LEVEL_2.test(key) || !VALUE.test(value)) return this;
    const members = new Map([[key, value]]);
    for (const [otherKey, otherValue] of this.#members) {
      if (otherKey !== key && members.size < MAX_TRACE_STATE_MEMBERS) members.set(otherKey, otherValue);
    }
    return new MemberTraceState(members);
  }

  unset(key: string): TraceState {
    if (!this.#members.has(key)) return this;
    const members = new Map(this.#members);
    members.delete(key);
    return new MemberTraceState(members);
  }

  serialize(): string {
    this.#text ??= Array.from(this.#members, ([key, value]) => `${key}=${value}`).join(',');
    return this.#text;
  }
}

/** A trace state without members. */
export const emptyTraceState: TraceState = new MemberTraceState(new Map());

/**
 * Reads a `tracestate` header. Undefined when it breaks the grammar or has more than 32 members: the specification has
 * it discarded whole. Empty members are skipped; of a repeated key the first counts.
 */
export function parseTraceState(text: string, level: TraceContextLevel = 2): TraceState | undefined {
  const keyPattern = level === 1 ? KEY_LEVEL_1 : KEY_LEVEL_2;
  const members = new Map<string, string>();
  let count = 0;
  for (const part of text.split(',', 1024)) {
    const member = trimBlanks(part);
    if (member === '') continue;
    if (++count > MAX_TRACE_STATE_MEMBERS) return undefined;
    const equals = member.indexOf('=');
    const key = member.slice(0, Math.max(equals, 0));
    const value = member.slice(equals + 1);
    if (!keyPattern.test(key) || !VALUE.test(value)) return undefined;
    if (!members.has(key)) members.set(key, value);
  }
  return new MemberTraceState(members);
}

/** Anybody's: in JavaScript it may be null, which is none, or something else, which is told once. */
export function checkedTraceState(given: TraceState | undefined): TraceState | undefined {
  if (given === undefined || given === null) return undefined;
  try {
    if (typeof given.serialize === 'function') return given;
    leaveOut(new TypeError('it is none'));
  } catch (error) {
    leaveOut(error);
  }
  return undefined;
}

/** As it is written; '' for none, and for what is none or cannot be written, which is told once. It may be anybody's. */
export function traceStateText(context: { readonly traceState?: TraceState | undefined }): string {
  try {
    const text: unknown = checkedTraceState(context.traceState)?.serialize() ?? '';
    if (typeof text === 'string') return text;
    leaveOut(new TypeError('it is not written as text'));
  } catch (error) {
    leaveOut(error);
  }
  return '';
}

function leaveOut(failure: unknown): void {
  warnOnce(emptyTraceState, 'a trace state is left out', failure);
}

/** Cuts whole members until the text fits: first those of more than 128 characters, then from the end. */
export function truncateTraceState(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const members = text.split(',');
  let length = text.length;
  for (let i = members.length - 1; i >= 0 && length > maxCharacters; i--) {
    const memberLength = members[i]?.length ?? 0;
    if (memberLength <= LONG_MEMBER_CHARACTERS) continue;
    members.splice(i, 1);
    length -= memberLength + 1;
  }
  while (length > maxCharacters && members.length > 0) length -= (members.pop()?.length ?? 0) + 1;
  return members.join(',');
}

/** Without spaces and tabs at both ends (`OWS` of HTTP). */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
