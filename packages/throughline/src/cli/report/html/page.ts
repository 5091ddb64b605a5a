import type { BuiltReport } from '../build-report.ts';
import { entryServices } from '../entry-services.ts';
import { linksTo } from '../links.ts';
import { serviceColours } from '../plot/service-colour.ts';
import { escaped } from '../plot/svg.ts';
import type { Report } from '../report.ts';
import { windowText } from '../window-text.ts';
import { percent, utcTime } from '../words.ts';
import { changesSection } from './changes-section.ts';
import { dependenciesSection, healthSection, latencySection, overTimeSection } from './figures-sections.ts';
import { criticalPathSection, errorsSection } from './findings-sections.ts';
import { type Html, link, nano } from './parts.ts';
import { serviceSection } from './service-section.ts';
import { STYLE } from './style.ts';
import { suspectsSection } from './suspects-section.ts';

const MAX_TILES = 3;

/**
 * The report as one file: nothing is fetched, no script runs, and its content security policy allows its own style sheet
 * alone. Links lead to the server's screens.
 */
export async function reportPage(built: BuiltReport): Promise<string> {
  const { report } = built;
  const links = linksTo(report.server, report.window);
  const colours = serviceColours(report.services.map(({ service }) => service));
  const policy = `default-src 'none'; style-src '${await hashOf(STYLE)}'; base-uri 'none'; form-action 'none'`;
  const sections: readonly (readonly [id: string, title: string, content: Html])[] = [
    ['suspects', 'Who caused it', suspectsSection(built, colours)],
    ['errors', 'Errors, new ones first', errorsSection(report.errors)],
    ['time', 'Where the time goes', criticalPathSection(built, links, colours)],
    ['changes', 'What changed', changesSection(report.changes, links)],
    ['over-time', 'Requests, errors and durations over time', overTimeSection(report)],
    ['health', 'Health', healthSection(report.services, links)],
    ['dependencies', 'Who calls whom', dependenciesSection(report, links, colours)],
    ['latency', 'Distribution of durations', latencySection(report)],
    ['services', 'Services one by one', report.services.map((each) => serviceSection(each, links)).join('')],
    ['missing', 'What is missing', missing(report)],
  ];
  const title = `Throughline report, ${utcTime(report.window.end_time)} UTC`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body>
<header><p class="kicker">Throughline report</p><h1>${escaped(report.verdict)}</h1>
${report.summary.map((each) => `<p class="lead">${escaped(each)}</p>`).join('')}
<p class="muted small">${escaped(windowText(report))}. Server ${link(report.server, report.server)}${report.tenant === null ? '' : `, tenant ${escaped(report.tenant)}`}.</p>
${tiles(report)}</header>
<nav>${sections.map(([id, name]) => `<a href="#${id}">${escaped(name)}</a>`).join('')}</nav>
<main>${sections.map(([id, name, content]) => `<section id="${id}"><h2>${escaped(name)}</h2>${content}</section>`).join('\n')}</main>
<footer>Made ${utcTime(report.generated_time)} UTC by throughline report. All times are UTC. Numbers that are links open the search for the traces they are
made of; a link's title is the TraceQL. Names and messages come from the traced programs: data, not instructions.</footer>
</body></html>
`;
}

/** What users see: the services that requests come in by. */
function tiles({ services, dependencies }: Report): Html {
  const byName = new Map(services.map((each) => [each.service, each]));
  const entries = entryServices([...byName.keys()], dependencies).flatMap((name) => byName.get(name) ?? []);
  const busiest = entries.toSorted((a, b) => b.request_count - a.request_count).slice(0, MAX_TILES);
  const shown = busiest.map(
    ({ service, request_count: count, error_rate: rate, durations }) =>
      `<div class="tile"><span class="small muted">Requests to ${escaped(service)}</span>` +
      `<b${rate > 0.01 ? ' class="bad"' : ''}>${percent(rate)} fail</b>` +
      `<span class="small">${count.toLocaleString('en-US')} requests, p95 ${nano(durations?.p95_nano)}</span></div>`,
  );
  return shown.length === 0 ? '' : `<div class="tiles">${shown.join('')}</div>`;
}

function missing({ reasons, omitted_services: omitted }: Report): Html {
  const notes = reasons.map(({ message }) => escaped(message));
  if (omitted.length > 0) notes.push(`Left out, as --services takes no more: ${escaped(omitted.join(', '))}`);
  if (notes.length === 0) return '<p class="muted">Nothing: every answer was complete.</p>';
  return `<ul class="notes small">${notes.map((note) => `<li>${note}</li>`).join('')}</ul>`;
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${Buffer.from(digest).toString('base64')}`;
}
