import { instantOfSeconds, ms, rounded } from '../answer.ts';
import { sampleFacts, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, windowInput } from '../tool.ts';

const MAX_ENTRIES = 200;
const DEFAULT_ENTRIES = 20;
/** A drift of a microsecond a second is one of a millionth. */
const NANO_PER_MICROSECOND = 1e3;

export const estimateClockSkewTool: McpTool = defineTool({
  name: 'estimate_clock_skew',
  title: "Estimate the skew of the hosts' clocks",
  description:
    "By how much the hosts' clocks differ and drift apart, from the calls between them, with bounds. Ask when spans seem to begin " +
    'before their parents or calls seem to arrive before they are sent. No other answer is corrected by it. By default the last hour.',
  input: { limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Hosts, and pairs of hosts'), ...windowInput },
  async answer(parameters, { client, signal }) {
    const found = await client.clockSkew(parameters, { signal });
    return {
      title: "The hosts' clocks",
      facts: { ...windowFacts(found.window), ...sampleFacts(found.sample), at: instantOfSeconds(found.time) },
      sections: [
        {
          name: 'hosts',
          title: "offset is what to add to the host's times to get the reference's; it may be off by error either way",
          rows: found.hosts.map((each) => ({
            host: each.host,
            reference: each.reference,
            offset_ms: ms(each.offset_nano),
            error_ms: ms(each.error_nano),
            drift_ppm: rounded(each.drift_nano_per_second / NANO_PER_MICROSECOND),
          })),
        },
        {
          name: 'pairs',
          title:
            "pairs of hosts with calls between them; offset is what to add to the second's times to get the first's",
          rows: found.pairs.map((each) => ({
            first: each.first,
            second: each.second,
            call_count: each.call_count,
            offset_ms: ms(each.offset_nano),
            error_ms: ms(each.error_nano),
            violated_share: rounded(each.violated_share),
          })),
        },
      ],
      links: {},
      reasons: found.reasons,
      narrow: 'Ask for fewer with limit, or for a shorter window.',
    };
  },
});
