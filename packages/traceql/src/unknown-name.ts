import { intrinsicBySpelling, kindKeywords, statusKeywords } from './intrinsics.ts';
import { nearestName } from './nearest-name.ts';
import type { QueryProblem } from './query-error.ts';
import type { TextRange } from './syntax.ts';

/** `scope:name` that is no intrinsic. */
export function unknownIntrinsic(word: string, range: TextRange): QueryProblem {
  const near = nearestName(word, intrinsicBySpelling.keys());
  const [scope = '', name = ''] = word.split(':');
  if (near !== undefined) {
    return {
      code: 'unknown_name',
      range,
      message: `There is no field ${word}; did you mean ${near}?`,
      suggestion: near,
    };
  }
  if (['span', 'event', 'link', 'instrumentation', 'resource'].includes(scope) && name !== '') {
    const attribute = `${scope}.${name}`;
    const message = `There is no field ${word}; the attribute is written ${attribute}`;
    return { code: 'unknown_name', range, message, suggestion: attribute };
  }
  const known = [...intrinsicBySpelling.keys()].filter((spelling) => spelling.startsWith(`${scope}:`));
  const message =
    known.length > 0
      ? `There is no field ${word}; there are ${known.join(', ')}`
      : `There is no field ${word}; the scopes with fields are span:, trace:, event:, link: and instrumentation:`;
  return { code: 'unknown_name', range, message };
}

/** A word that is neither field nor keyword. */
export function unknownWord(word: string, range: TextRange): QueryProblem {
  const near = nearestName(word, [
    ...intrinsicBySpelling.keys(),
    ...statusKeywords.keys(),
    ...kindKeywords.keys(),
    'true',
    'false',
    'nil',
  ]);
  if (near !== undefined) {
    return {
      code: 'unknown_name',
      range,
      message: `There is no field ${word}; did you mean ${near}?`,
      suggestion: near,
    };
  }
  const message = `There is no field ${word}; an attribute is written .${word}, a text "${word}"`;
  return { code: 'unknown_name', range, message, suggestion: `.${word}` };
}
