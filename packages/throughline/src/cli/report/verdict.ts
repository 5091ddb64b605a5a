import { formatDuration } from '@throughline/model';
import type { CriticalPathProfileAnswer, PerformanceAnswer } from '@throughline/query/client';
import { leastHealthy } from './gather.ts';
import type { Suspect } from './report.ts';
import { percent, short, utcClock } from './words.ts';

export interface Verdict {
  /** Who and when, in a sentence. */
  readonly verdict: string;
  /** What shows it, what goes with it, and without a strong cause what is unhealthy or slow; a sentence each. */
  readonly summary: readonly string[];
}

export function verdictOf(
  suspects: readonly Suspect[],
  services: readonly PerformanceAnswer[],
  profiles: readonly CriticalPathProfileAnswer[],
  /** What the server was asked about in vain. */
  unanswered: readonly string[],
): Verdict {
  const gaps = unanswered.length === 0 ? [] : [`The server gave no answer about ${unanswered.join(' and ')}.`];
  const otherwise = [...healthText(services), ...profiles.flatMap((profile) => slowestText(profile))];
  const [first] = suspects;
  if (first === undefined) {
    return {
      verdict: 'No cause: no service behaves differently within this window.',
      summary: [...gaps, ...otherwise],
    };
  }
  const { service, trouble, headline, marks, strength } = first;
  const when = trouble === null ? '' : `, ${utcClock(trouble.start_time)} to ${utcClock(trouble.end_time)} UTC`;
  const [mark] = marks;
  const marked = mark === undefined ? [] : [`It goes with ${mark.key ?? ''} = ${short(mark.value ?? '', 60)}.`];
  if (strength === 'strong') {
    return { verdict: `Most probable cause: ${service}${when}`, summary: [`${headline}.`, ...marked, ...gaps] };
  }
  if (strength === 'moderate') {
    return {
      verdict: `Possible cause: ${service}${when}`,
      summary: [`${headline}.`, ...marked, ...gaps, ...otherwise],
    };
  }
  return {
    verdict: 'No clear cause: nothing deviates much within this window',
    summary: [...gaps, ...otherwise, `The strongest hint, a weak one: ${service}${when}. ${headline}.`],
  };
}

/** The least healthy service, if one is not healthy. */
function healthText(services: readonly PerformanceAnswer[]): readonly string[] {
  const worst = leastHealthy(services);
  if (worst === undefined || worst.health === null || worst.durations === null) return [];
  const { health, durations, error_rate: errorRate, slow_trace_count: slow, trace_count: traces } = worst;
  return [
    `Least healthy: ${worst.service}, ${health.score.toFixed(1)} of 100 (${percent(errorRate)} of its requests fail, ` +
      `p95 is ${formatDuration(Math.round(durations.p95_nano))}, ${percent(traces > 0 ? slow / traces : 0)} of its traces are slow).`,
  ];
}

/** Whose time the slowest requests wait for. */
function slowestText(profile: CriticalPathProfileAnswer): readonly string[] {
  const [component] = profile.components;
  if (component === undefined || profile.duration.p99_nano <= 0) return [];
  return [
    `The slowest 1 % of the requests to ${profile.service} take ${formatDuration(Math.round(profile.duration.p99_nano))}, ` +
      `${percent(component.p99_nano / profile.duration.p99_nano)} of it in ${component.service} (${short(component.operation, 60)}).`,
  ];
}
