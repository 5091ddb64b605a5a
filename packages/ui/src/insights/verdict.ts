import type {
  CauseAnswer,
  CauseEvidenceAnswer,
  ChangesAnswer,
  FeatureLiftAnswer,
  RootCauseAnswer,
} from '@throughline/query/client';

import { formatDuration } from '../format/duration.ts';
import { isForWorse } from './gather-changes.ts';
import { formatShare } from '../format/share.ts';
import { DEVIATION_NAMES, factorInWords, featureInWords, NOTABLE_SCORE, placeOf } from './words.ts';

/** Fewer traces than this say nothing about what is usual. */
export const LEAST_TRACES = 20;

export type Verdict =
  /** There is nothing to examine. */
  | { readonly kind: 'no_traces' }
  | { readonly kind: 'too_few'; readonly traceCount: number; readonly referenceCount: number | undefined }
  | { readonly kind: 'nothing'; readonly traceCount: number; readonly lead: Cause | undefined }
  | { readonly kind: 'cause'; readonly cause: Cause };

/** The most probable cause, taken apart for the sentence on top. */
export interface Cause {
  readonly name: string;
  readonly score: number;
  /** How much stronger than the next service; undefined where there is none. */
  readonly aheadOf: string | undefined;
  /** E.g. `POST → bank is slower: 6.0× the usual 26 ms`. */
  readonly what: string;
  /** Epoch milliseconds. */
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  /** The instance that alone shows it. */
  readonly instance: string | undefined;
  /** The attribute value that tells the troubled traces from the rest. */
  readonly marker: string | undefined;
  readonly evidence: CauseEvidenceAnswer;
}

/** A second place this close is named too. */
const CLOSE_RATIO = 0.8;
/** An instance is to blame alone where no other has more than this share of its score. */
const ALONE_RATIO = 0.5;
/** A value marks the troubled traces from this difference of shares on. */
const MARKER_LIFT = 0.5;

/** A change of a level is beyond doubt from so many standard errors on. */
const SURE_SIGNIFICANCE = 6;

/**
 * Whether a change of an operation, found independently of the ranking, confirms the cause. A score depends on how much of
 * the traffic is troubled: a rare operation that fails scores little, and the change is what makes it certain.
 */
function isConfirmed(cause: CauseAnswer | undefined, changes: ChangesAnswer | undefined): boolean {
  if (cause === undefined) return false;
  return (
    changes?.operations.some(
      (change) =>
        isForWorse(change) &&
        change.significance >= SURE_SIGNIFICANCE &&
        change.service === cause.name &&
        cause.evidence.some(({ service, operation }) => service === change.service && operation === change.operation),
    ) ?? false
  );
}

/** Of several rankings the one whose first cause is confirmed, else whose first cause scores most. */
export function clearestAnswer(
  answers: readonly RootCauseAnswer[],
  changes: ChangesAnswer | undefined,
): RootCauseAnswer | undefined {
  const standing = ({ services: [best], reference, sample }: RootCauseAnswer): number => {
    const isComparable =
      sample.read_trace_count >= LEAST_TRACES && (reference?.read_trace_count ?? LEAST_TRACES) >= LEAST_TRACES;
    if (!isComparable) return -1;
    return (isConfirmed(best, changes) ? 1 : 0) + (best?.score ?? 0);
  };
  return answers.toSorted((a, b) => standing(b) - standing(a))[0];
}

/** What to say first; without changes it lacks since when. */
export function verdictOf(answer: RootCauseAnswer, changes: ChangesAnswer | undefined): Verdict {
  const { sample, reference } = answer;
  if (sample.trace_count === 0) return { kind: 'no_traces' };
  if (sample.read_trace_count < LEAST_TRACES || (reference !== null && reference.read_trace_count < LEAST_TRACES)) {
    return {
      kind: 'too_few',
      traceCount: sample.read_trace_count,
      referenceCount: reference?.read_trace_count,
    };
  }
  const [best, next] = answer.services;
  const cause = best === undefined ? undefined : causeOf(best, next, answer, changes);
  if (cause === undefined || (cause.score < NOTABLE_SCORE && !isConfirmed(best, changes))) {
    return { kind: 'nothing', traceCount: sample.read_trace_count, lead: cause };
  }
  return { kind: 'cause', cause };
}

function causeOf(
  best: CauseAnswer,
  next: CauseAnswer | undefined,
  answer: RootCauseAnswer,
  changes: ChangesAnswer | undefined,
): Cause | undefined {
  const evidence = best.evidence[0];
  if (evidence === undefined) return undefined;
  const markers = answer.attributes.filter((each) => isMarker(each, best.name, evidence.service));
  const marker = markers.find(({ key }) => key === 'service.version') ?? markers.find(isTelling);
  return {
    name: best.name,
    score: best.score,
    aheadOf: next !== undefined && next.score >= CLOSE_RATIO * best.score ? next.name : undefined,
    what: `${placeOf(evidence)} ${whatInWords(evidence)}`,
    ...times(best.name, evidence, answer, changes),
    instance: loneInstance(answer.instances, evidence),
    marker: marker === undefined ? undefined : `${featureInWords(marker)} (${marker.service})`,
    evidence,
  };
}

function whatInWords(evidence: CauseEvidenceAnswer): string {
  const share = formatShare(evidence.affected_count / Math.max(1, evidence.observation_count));
  switch (evidence.kind) {
    case 'slower': {
      const factor = factorInWords(evidence.usual_nano, evidence.usual_nano + evidence.excess_nano);
      return `takes ${factor} its usual ${formatDuration(evidence.usual_nano)} in ${share} of the spans`;
    }
    case 'failing':
      return `fails in ${share} of the spans`;
    case 'work_missing':
      return `stops half-way in ${share} of the spans`;
    case 'work_repeated':
      return `makes many more calls than usual in ${share} of the spans`;
    case 'callee_missing':
      return `does not arrive in ${share} of the spans`;
  }
}

/** Only what marks the cause itself: the value belongs to its service, and most of its troubled traces have it. */
function isMarker(feature: FeatureLiftAnswer, cause: string, service: string): boolean {
  return feature.lift >= MARKER_LIFT && (feature.service === cause || feature.service === service);
}

/** Ids of instances say no more than the instance's name does, and errors no more than that it fails. */
function isTelling({ key = '' }: FeatureLiftAnswer): boolean {
  return !/^(service\.instance|host|k8s|container|error|exception|otel)\.|status_code$/.test(key);
}

function loneInstance(instances: readonly CauseAnswer[], evidence: CauseEvidenceAnswer): string | undefined {
  const [first, second] = instances;
  if (first === undefined) return undefined;
  if (first.evidence[0]?.service !== evidence.service) return undefined;
  return (second?.score ?? 0) <= ALONE_RATIO * first.score ? first.name : undefined;
}

/** Where the window was divided, else since when an operation of the cause changed for the worse. */
function times(
  name: string,
  evidence: CauseEvidenceAnswer,
  { split }: RootCauseAnswer,
  changes: ChangesAnswer | undefined,
): Pick<Cause, 'sinceMs' | 'untilMs'> {
  const wanted = evidence.kind === 'slower' || evidence.kind === 'work_repeated' ? 'slower' : 'failing';
  const ofCause = (changes?.operations ?? []).filter(
    (change) =>
      isForWorse(change) &&
      ((change.service === evidence.service && change.operation === evidence.operation) || change.service === name),
  );
  // Of the kind that the evidence is, and what still lasts, before anything else.
  const change = ofCause.toSorted(
    (a, b) =>
      Number(b.kind === wanted) - Number(a.kind === wanted) ||
      Number(b.until_time === null) - Number(a.until_time === null) ||
      b.significance - a.significance,
  )[0];
  if (change !== undefined) {
    return {
      sinceMs: change.since_time * 1000,
      untilMs: change.until_time === null ? undefined : change.until_time * 1000,
    };
  }
  if (split === null || split.reference === 'after') return { sinceMs: undefined, untilMs: undefined };
  return { sinceMs: split.time * 1000, untilMs: split.until_time === null ? undefined : split.until_time * 1000 };
}

/** The names of all that deviates, each once: `slower, failing`. */
export function deviationsOf({ evidence }: CauseAnswer): string {
  return [...new Set(evidence.map(({ kind }) => DEVIATION_NAMES[kind]))].join(', ');
}
