import type { FeatureLiftAnswer } from '@throughline/query/client';
import { changeEvidence, causeEvidence, type DatedEvidence, errorEvidence, isSudden } from './evidence.ts';
import type { Sources } from './gather.ts';
import type { Links } from './links.ts';
import type { ErrorFinding, Strength, Suspect, Trouble } from './report.ts';

const STRONG = 0.5;
const MODERATE = 0.25;
/** Evidence that counts less is noise. */
const MIN_WEIGHT = 0.005;
const MAX_SUSPECTS = 8;
const MAX_EVIDENCE = 6;

/**
 * Services by how probably they are the cause: what the ranking of root causes, kinds of errors by where they started, and
 * changes of operations say about each, combined as independent evidence ("noisy or", Pearl 1988).
 */
export function rankSuspects(sources: Sources, errors: readonly ErrorFinding[], links: Links): readonly Suspect[] {
  const found = new Map<string, DatedEvidence[]>();
  const add = (service: string, evidence: DatedEvidence): void => {
    if (evidence.evidence.weight < MIN_WEIGHT) return;
    const known = found.get(service);
    if (known === undefined) found.set(service, [evidence]);
    else known.push(evidence);
  };
  const ofDivision = troubleOf(sources);
  for (const cause of sources.rootCauses?.services ?? []) {
    for (const each of cause.evidence) add(cause.name, causeEvidence(each, cause.name, ofDivision, links));
  }
  const requests = new Map(sources.services.map(({ service, request_count: count }) => [service, count]));
  for (const [service, findings] of byOrigin(errors)) {
    add(service, errorEvidence(findings, service, requests.get(service) ?? 0));
  }
  for (const [service, evidence] of strongestChanges(sources, links)) add(service, evidence);
  return [...found]
    .map(([service, evidence]) => suspectOf(service, evidence))
    .toSorted((a, b) => b.score - a.score || (a.service < b.service ? -1 : 1))
    .slice(0, MAX_SUSPECTS);
}

/** The marks of a suspect are found when it is known who is one. */
export function withMarks(suspect: Suspect, marks: readonly FeatureLiftAnswer[]): Suspect {
  return { ...suspect, marks };
}

/** A service's strongest change alone: operations call each other, so that one change shows in many. */
function strongestChanges({ changes, window }: Sources, links: Links): ReadonlyMap<string, DatedEvidence> {
  const strongest = new Map<string, DatedEvidence>();
  for (const change of changes?.operations ?? []) {
    if (change.kind !== 'slower' && change.kind !== 'failing') continue;
    const dated = changeEvidence(change, window.end_time, links);
    if (dated.evidence.weight > (strongest.get(change.service)?.evidence.weight ?? 0))
      strongest.set(change.service, dated);
  }
  return strongest;
}

function suspectOf(service: string, dated: readonly DatedEvidence[]): Suspect {
  const sorted = dated.toSorted((a, b) => b.evidence.weight - a.evidence.weight);
  const score = 1 - sorted.reduce((product, { evidence }) => product * (1 - Math.min(1, evidence.weight)), 1);
  const [strongest] = sorted;
  return {
    service,
    score,
    strength: strengthOf(score),
    headline: strongest?.evidence.text ?? '',
    evidence: sorted.slice(0, MAX_EVIDENCE).map(({ evidence }) => evidence),
    trouble: sorted.find(({ trouble }) => trouble !== null)?.trouble ?? null,
    marks: [],
    sample: sorted.flatMap(({ evidence }) => evidence.samples)[0] ?? null,
  };
}

function strengthOf(score: number): Strength {
  if (score >= STRONG) return 'strong';
  return score >= MODERATE ? 'moderate' : 'weak';
}

/** The part of the window that is not the reference. */
function troubleOf({ rootCauses, window }: Sources): Trouble | null {
  const split = rootCauses?.split ?? null;
  if (split === null) return null;
  if (split.reference === 'after') return { start_time: window.start_time, end_time: split.time };
  return { start_time: split.time, end_time: split.until_time ?? window.end_time };
}

/** Kinds of errors that started in the same operation, by its service; new ones are told from known ones. */
function byOrigin(
  errors: readonly ErrorFinding[],
): readonly (readonly [string, readonly [ErrorFinding, ...ErrorFinding[]]])[] {
  const groups = new Map<string, { readonly service: string; readonly findings: [ErrorFinding, ...ErrorFinding[]] }>();
  for (const error of errors) {
    const service = error.origin?.service ?? error.service;
    const key = JSON.stringify([service, error.origin?.operation ?? error.operation, isSudden(error)]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { service, findings: [error] });
    else known.findings.push(error);
  }
  return [...groups.values()].map(({ service, findings }) => [service, findings]);
}
