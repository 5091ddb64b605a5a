import type { CriticalPathProfileAnswer } from '@throughline/query/client';
import { formatCount } from '../../terminal/count.ts';
import type { Links } from '../links.ts';
import { pathShares } from '../plot/path-shares.ts';
import type { ServiceColours } from '../plot/service-colour.ts';
import { escaped } from '../plot/svg.ts';
import { waterfall } from '../plot/waterfall.ts';
import type { BuiltReport } from '../build-report.ts';
import type { ErrorFinding } from '../report.ts';
import { percent, short, utcClock } from '../words.ts';
import { code, figure, type Html, legend, link, nano, table } from './parts.ts';

const MAX_ERRORS = 20;

export function errorsSection(errors: readonly ErrorFinding[]): Html {
  if (errors.length === 0) return '<p class="muted">No span failed within the window.</p>';
  const listed = errors.slice(0, MAX_ERRORS);
  const rest = errors.length - listed.length;
  return (
    table(listed, [
      { title: 'Count', kind: 'n', cell: ({ count, url, query }) => link(url, formatCount(count), query) },
      {
        title: '',
        cell: ({ is_new: isNew, is_burst: isBurst }) =>
          isNew || isBurst ? `<span class="badge new">${isNew ? 'new' : 'burst'}</span>` : '',
      },
      {
        title: 'Error',
        kind: 't',
        cell: ({ type, message }) =>
          escaped(short([type, message].filter((text) => text !== '').join(': ') || 'without a message', 200)),
      },
      {
        title: 'Seen in',
        kind: 't',
        cell: ({ service, operation }) => escaped(short(`${service}: ${operation}`, 120)),
      },
      {
        title: 'Started in',
        kind: 't',
        cell: ({ origin, service, operation }) => {
          if (origin === null) return '';
          const isSame = origin.service === service && origin.operation === operation;
          const text = isSame ? 'the same' : short(`${origin.service}: ${origin.operation}`, 120);
          return link(origin.reference.url, text, origin.reference.trace_id);
        },
      },
      {
        title: 'From, to (UTC)',
        cell: ({ first_time: first, last_time: last }) => `${utcClock(first)} ${utcClock(last)}`,
      },
    ]) +
    (rest > 0 ? `<p class="small muted">${rest} kinds more with fewer cases.</p>` : '') +
    '<details><summary class="small muted">The queries that list their traces</summary>' +
    table(listed, [
      { title: 'Error', kind: 't', cell: ({ type, message }) => escaped(short(`${type} ${message}`, 60)) },
      { title: 'TraceQL', kind: 't', cell: ({ query }) => code(query) },
    ]) +
    '</details>'
  );
}

const MAX_COMPONENTS = 8;

export function criticalPathSection({ report, slowest }: BuiltReport, links: Links, colours: ServiceColours): Html {
  const drawn = report.critical_path.filter(({ components }) => components.length > 0);
  if (drawn.length === 0) return '<p class="muted">No critical path: there are no requests within the window.</p>';
  return drawn
    .map((profile) => {
      const trace = slowest.get(profile.service);
      const slow = trace === undefined ? '' : figure(waterfall(trace, colours));
      return profileCard(profile, slow, links, colours);
    })
    .join('');
}

function profileCard(profile: CriticalPathProfileAnswer, slow: Html, links: Links, colours: ServiceColours): Html {
  const { service, components, duration, request_count: count, query, slowest } = profile;
  const shown = components.slice(0, MAX_COMPONENTS);
  const services = [...new Set(shown.map((each) => each.service))];
  const share = (part: number, whole: number): string => (whole > 0 ? percent(part / whole) : '-');
  const samples = slowest.slice(0, 3).map((each) => {
    const { trace_id: traceId, url } = links.span(each);
    return link(url, `${traceId.slice(0, 8)} (${nano(each.duration_nano)})`, traceId);
  });
  return (
    `<div class="card"><h3>Requests to ${escaped(service)}</h3>` +
    `<p class="small muted">${link(links.search(query, 'longest'), `${formatCount(count)} requests`, query)} were taken apart: ` +
    'each instant is charged to the one span that the request was waiting for.</p>' +
    figure(pathShares({ ...profile, components: shown }, colours)) +
    legend(services.map((name) => [colours(name), name] as const)) +
    table(shown, [
      {
        title: 'Waits for',
        kind: 't',
        cell: (each) =>
          link(links.search(each.query, 'longest'), short(`${each.service}: ${each.operation}`, 110), each.query),
      },
      { title: 'Slowest 1 %', kind: 'n', cell: ({ p99_nano: part }) => nano(part) },
      { title: 'Share', kind: 'n', cell: ({ p99_nano: part }) => share(part, duration.p99_nano) },
      { title: 'Median', kind: 'n', cell: ({ p50_nano: part }) => nano(part) },
      { title: 'Share', kind: 'n', cell: ({ p50_nano: part }) => share(part, duration.p50_nano) },
    ]) +
    (samples.length === 0 ? '' : `<p class="small muted">The slowest: ${samples.join(', ')}</p>`) +
    slow +
    '<details><summary class="small muted">The queries that list their traces</summary>' +
    table(shown, [
      { title: 'Operation', kind: 't', cell: (each) => escaped(short(`${each.service}: ${each.operation}`, 60)) },
      { title: 'TraceQL', kind: 't', cell: (each) => code(each.query) },
    ]) +
    '</details></div>'
  );
}
