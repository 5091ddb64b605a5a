import { redOverTime } from '../plot/red-over-time.ts';
import type { ServiceColours } from '../plot/service-colour.ts';
import { escaped } from '../plot/svg.ts';
import { waterfall } from '../plot/waterfall.ts';
import type { BuiltReport } from '../build-report.ts';
import type { Evidence, Suspect } from '../report.ts';
import { percent, utcClock } from '../words.ts';
import { code, figure, type Html, link } from './parts.ts';

/** Weak suspects behind the first one are folded. */
export function suspectsSection({ report, drawn }: BuiltReport, colours: ServiceColours): Html {
  if (report.suspects.length === 0) {
    return '<p class="muted">No service behaves differently in one part of the window than in the rest, and nothing fails.</p>';
  }
  return report.suspects
    .map((suspect, index) => {
      const service = report.services.find((each) => each.service === suspect.service);
      const trace = drawn.get(suspect.service);
      const figures =
        service === undefined || service.points.length === 0
          ? ''
          : `<div>${redOverTime(service, report.window, suspect.trouble)}</div>`;
      const body =
        `<div class="columns"><div>${evidenceList(suspect)}</div>${figures}</div>` +
        (trace === undefined
          ? ''
          : `<p class="small muted">A trace that shows it: ${link(trace.url, trace.columns.traceId)}</p>${figure(waterfall(trace, colours))}`);
      const heading = headingOf(suspect, index + 1);
      if (index > 0 && suspect.strength === 'weak') {
        return `<details class="card"><summary>${heading}<div class="small">${escaped(suspect.headline)}</div></summary>${body}</details>`;
      }
      return `<div class="card${index === 0 ? ` first ${suspect.strength}` : ''}">${heading}${body}</div>`;
    })
    .join('');
}

function headingOf({ service, strength, score, trouble }: Suspect, rank: number): Html {
  const when =
    trouble === null
      ? ''
      : `<span class="small muted">${utcClock(trouble.start_time)} to ${utcClock(trouble.end_time)} UTC</span>`;
  return (
    `<div class="title"><h3>${rank}. ${escaped(service)}</h3>` +
    `<span class="badge ${strength}">${strength} evidence, ${score.toFixed(2)}</span>${when}</div>`
  );
}

function evidenceList({ evidence, marks }: Suspect): Html {
  const items = evidence.map((each) => `<li>${evidenceItem(each)}</li>`);
  for (const { key, value, before_share: before, after_share: after, query, service } of marks) {
    items.push(
      `<li>Goes with <b>${escaped(`${key ?? ''} = ${value ?? ''}`)}</b> of ${escaped(service)}: ` +
        `${percent(after)} of the traces that show it, ${percent(before)} of the others${code(query)}</li>`,
    );
  }
  return `<ul class="evidence">${items.join('')}</ul>`;
}

const MAX_SAMPLES = 3;

function evidenceItem({ text, query, url, samples }: Evidence): Html {
  const traces = samples
    .slice(0, MAX_SAMPLES)
    .map(({ trace_id: traceId, url: traceUrl }) => link(traceUrl, traceId.slice(0, 8), traceId));
  const shown = traces.length === 0 ? '' : ` <span class="small muted">e.g. ${traces.join(' ')}</span>`;
  return `${link(url, text, 'List these traces on the server')}${shown}${code(query)}`;
}
