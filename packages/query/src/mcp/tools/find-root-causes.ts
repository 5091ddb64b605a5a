import type { CauseAnswer, CauseEvidenceAnswer } from '../../native/analysis/sample-answer-types.ts';
import { id, instant, instantOfSeconds, ms, own, rounded, type Row, spanReference, whole } from '../answer.ts';
import { featureRow, linkWindow, sampleFacts, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, referenceInput, windowInput } from '../tool.ts';

const MAX_ENTRIES = 50;
const DEFAULT_ENTRIES = 5;
const MAX_EVIDENCE = 2;
const MAX_SAMPLES = 3;

export const findRootCausesTool: McpTool = defineTool({
  name: 'find_root_causes',
  title: 'Find root causes',
  description:
    'Which services, operations, instances (pods, hosts) and attribute values best explain what is wrong in a window (by ' +
    'default the last hour), the most probable first, each with evidence. Give a reference window in which all was well, ' +
    'or none: then the window is divided where the difference is strongest. Go on with diagnose_trace on a sample.',
  input: { limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Entries of each list'), ...windowInput, ...referenceInput },
  async answer(parameters, { client, links, signal }) {
    const found = await client.rootCauses(parameters, { signal });
    const { split, reference } = found;
    const best = found.services[0]?.evidence[0];
    const sample = best?.samples[0];
    const causes = 'most probable first; samples are TRACE_ID/SPAN_ID that show the evidence';
    return {
      title: 'Root causes',
      facts: {
        ...windowFacts(found.window),
        ...sampleFacts(found.sample),
        ...(reference !== null && {
          reference_start: instant(reference.start_time_unix_nano),
          reference_end: instant(reference.end_time_unix_nano),
          reference_trace_count: reference.trace_count,
        }),
        ...(split !== null && {
          divided_at: instantOfSeconds(split.time),
          over_at: split.until_time === null ? undefined : instantOfSeconds(split.until_time),
          reference: own(`the part ${split.reference}`),
        }),
        found: own(found.services.length === 0 ? 'nothing that stands out from the reference' : 'causes, see below'),
      },
      sections: [
        { name: 'services', title: causes, rows: found.services.flatMap(causeRows) },
        { name: 'operations', title: causes, rows: found.operations.flatMap(causeRows) },
        { name: 'instances', title: `pods, containers or hosts; ${causes}`, rows: found.instances.flatMap(causeRows) },
        {
          name: 'attributes',
          title:
            'values that affected traces (after) have more often than the others of the window (before), if there are others',
          rows: found.attributes.map((each) => ({
            ...featureRow(each),
            samples: each.sample_trace_ids.slice(0, MAX_SAMPLES).map(id),
          })),
        },
      ],
      links: {
        first_sample: sample && links.trace(sample.trace_id, sample.span_id),
        first_evidence: best && links.search(best.query, linkWindow(found.window)),
      },
      reasons: found.reasons,
      narrow: 'Ask for fewer entries with limit, or for a shorter window.',
    };
  },
});

function causeRows({ name, score, evidence }: CauseAnswer): readonly Row[] {
  const cause = { name, score: rounded(score) };
  if (evidence.length === 0) return [cause];
  return evidence.slice(0, MAX_EVIDENCE).map((each) => ({ ...cause, ...evidenceRow(each) }));
}

function evidenceRow(evidence: CauseEvidenceAnswer): Row {
  const isSlower = evidence.kind === 'slower';
  return {
    evidence: own(evidence.kind),
    service: evidence.service,
    operation: evidence.operation,
    callee: evidence.callee ?? undefined,
    weight: rounded(evidence.weight),
    affected_count: evidence.affected_count,
    observation_count: evidence.observation_count,
    usual_self_ms: isSlower ? ms(evidence.usual_nano) : undefined,
    excess_self_ms: isSlower ? ms(evidence.excess_nano) : undefined,
    samples: evidence.samples.slice(0, MAX_SAMPLES).map((sample) => spanReference(sample.trace_id, sample.span_id)),
    query: whole(evidence.query),
  };
}
