import { automatonTest } from './pattern-automaton.ts';
import { type CodePointTest, isWordCharacter } from './pattern-classes.ts';
import { type Assertion, parsePattern, type Pattern } from './pattern-syntax.ts';

/** Whether the whole of a text matches. */
export type TextTest = (text: string) => boolean;

/** The test for an anchored regular expression that the validator has let pass; any other is the caller's bug. */
export function textTest(text: string | undefined): TextTest {
  const parsed = text === undefined ? undefined : parsePattern(text);
  if (parsed?.pattern === undefined) throw new TypeError(`The query is not valid: ${parsed?.problem ?? 'no pattern'}`);
  return compilePattern(parsed.pattern);
}

type Step =
  | { readonly kind: 'character'; readonly test: CodePointTest; next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; next: number }
  | { readonly kind: 'branch'; readonly targets: number[] };

/**
 * A test that runs in time proportional to text length times pattern size, whatever the pattern: all ways to match are
 * followed side by side (Thompson's construction), nothing is tried again. JavaScript's own engine backtracks.
 */
function compilePattern(pattern: Pattern): TextTest {
  const literal = literalTexts(pattern);
  if (literal !== undefined) return (text) => literal.has(text);
  const steps: Step[] = [];
  const match = -1;
  const start = emit(steps, pattern, match);
  const plain = steps.filter((step) => step.kind !== 'assertion');
  return plain.length === steps.length ? automatonTest(plain, start) : (text) => simulate(steps, start, text);
}

/** The texts of a pattern that is a choice of plain texts. */
function literalTexts(pattern: Pattern): ReadonlySet<string> | undefined {
  const texts = new Set<string>();
  for (const choice of pattern.kind === 'choice' ? pattern.parts : [pattern]) {
    let text = '';
    const parts = choice.kind === 'sequence' ? choice.parts : choice.kind === 'empty' ? [] : [choice];
    for (const part of parts) {
      if (part.kind !== 'character' || part.literal === undefined) return undefined;
      text += part.literal;
    }
    texts.add(text);
  }
  return texts;
}

/** Appends the steps of the pattern; returns where they start. They go on at `next`. */
function emit(steps: Step[], pattern: Pattern, next: number): number {
  switch (pattern.kind) {
    case 'empty':
      return next;
    case 'character':
      return steps.push({ kind: 'character', test: pattern.test, next }) - 1;
    case 'assertion':
      return steps.push({ kind: 'assertion', assertion: pattern.assertion, next }) - 1;
    case 'sequence':
      return pattern.parts.reduceRight((after, part) => emit(steps, part, after), next);
    case 'choice':
      return steps.push({ kind: 'branch', targets: pattern.parts.map((part) => emit(steps, part, next)) }) - 1;
    case 'repeat':
      return emitRepeat(steps, pattern.part, pattern.min, pattern.max, next);
  }
}

function emitRepeat(steps: Step[], part: Pattern, min: number, max: number, next: number): number {
  let start = next;
  if (max === Infinity) {
    const targets: number[] = [next];
    start = steps.push({ kind: 'branch', targets }) - 1;
    targets.push(emit(steps, part, start));
  } else {
    for (let optional = min; optional < max; optional++) {
      start = steps.push({ kind: 'branch', targets: [next, emit(steps, part, start)] }) - 1;
    }
  }
  for (let required = 0; required < min; required++) start = emit(steps, part, start);
  return start;
}

function simulate(steps: readonly Step[], start: number, text: string): boolean {
  // The round in which a step was last reached; rounds are numbered from 1.
  const reachedInRound = new Uint32Array(steps.length);
  let pending = [start];
  let round = 0;
  let previous = -1;
  for (let offset = 0; ;) {
    const current = text.codePointAt(offset) ?? -1;
    round++;
    let matched = false;
    const following: number[] = [];
    while (pending.length > 0) {
      const index = pending.pop() ?? -1;
      const step = steps[index];
      if (step === undefined) {
        matched = true;
        continue;
      }
      if (reachedInRound[index] === round) continue;
      reachedInRound[index] = round;
      if (step.kind === 'branch') for (const target of step.targets) pending.push(target);
      else if (step.kind === 'assertion') {
        if (holds(step.assertion, previous, current)) pending.push(step.next);
      } else if (current !== -1 && step.test(current)) following.push(step.next);
    }
    if (current === -1) return matched;
    if (following.length === 0) return false;
    pending = following;
    previous = current;
    offset += current > 0xffff ? 2 : 1;
  }
}

/** The code points around the place, -1 at either end of the text. */
function holds(assertion: Assertion, previous: number, next: number): boolean {
  switch (assertion) {
    case 'textStart':
      return previous === -1;
    case 'textEnd':
      return next === -1;
    case 'lineStart':
      return previous === -1 || previous === 0x0a;
    case 'lineEnd':
      return next === -1 || next === 0x0a;
    default: {
      const boundary = isWordCharacter(previous) !== isWordCharacter(next);
      return boundary === (assertion === 'wordBoundary');
    }
  }
}
