import type { Span } from '@throughline/model';
import { type FacetField, FacetNameTally, type Facets, facetsOfSpans, tellingNames } from '@throughline/store';
import { printQuery, type Query, queryConditions } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AnalysisWindow, analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { ParameterError } from '../../http/parameter-error.ts';
import { integer, repeatable, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import { visitMatchingSpans } from '../../matching-spans.ts';
import type { QueryContext } from '../../query-context.ts';
import { type AnalysisCall, analysisWindowAnswer } from '../analysis/analysis-context.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { filterParameters } from '../filter-parameters.ts';
import { errorAnswer } from '../schemas.ts';
import type { FacetsAnswer } from './explore-answer-types.ts';
import { facetsAnswer } from './explore-schemas.ts';
import { facetFieldOf, facetFieldText, facetValueAnswer, USUAL_FIELDS } from './facet-fields.ts';
import { countedSpans } from './span-filter-query.ts';

const MAX_NAMES = 20;
/** Found by looking at so many of the spans. */
const FOUND_NAMES = 12;
const LOOKED_AT_SPANS = 20_000;
const DEFAULT_VALUES = 10;
const MAX_VALUES = 100;

const parameters = z.strictObject({
  ...filterParameters,
  ...windowParameters,
  names: repeatable(
    `What to count the values of, as TraceQL writes it; repeat it for up to ${MAX_NAMES}. By default service, name, ` +
      'status, kind, and the attributes that tell the spans apart best',
    'span.http.route',
  ),
  limit: integer(1, MAX_VALUES)
    .optional()
    .meta({ description: `Values of each, up to ${MAX_VALUES}; ${DEFAULT_VALUES} by default` }),
});

/** `GET /v1/facets` */
export function facetsRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/v1/facets',
    {
      schema: {
        tags: ['exploration'],
        operationId: 'facets',
        summary: 'Count the values that the spans that match have',
        description:
          'Takes what GET /v1/traces takes; without any condition the spans without a parent are counted. Without a ' +
          'window it is the last hour, or the last hour of the data where nothing is newer.',
        querystring: parameters,
        response: { 200: facetsAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const given = validQuery(request, parameters);
      const names = given.names ?? [];
      if (names.length > MAX_NAMES) {
        throw new ParameterError('invalid_parameter', 'names', `Parameter "names": at most ${MAX_NAMES} may be given`);
      }
      const asked = given.names === undefined ? undefined : names.map(facetFieldOf);
      return runAnalysis(request, reply, context, async (call) => {
        const window = await analysisWindow(given, call);
        return facetsOf(countedSpans(given), window, asked, given.limit ?? DEFAULT_VALUES, call);
      });
    },
  );
}

async function facetsOf(
  query: Query,
  window: AnalysisWindow,
  asked: readonly FacetField[] | undefined,
  limit: number,
  call: AnalysisCall,
): Promise<FacetsAnswer> {
  const counted =
    (await storedFacets(query, window, asked, limit, call)) ?? (await readFacets(query, window, asked, limit, call));
  const { fields, facets } = counted;
  const reasons = [...counted.reasons, ...evictionReasons(call.store)];
  return {
    window: analysisWindowAnswer(window),
    count: facets.count,
    error_count: facets.errorCount,
    filter: printQuery(query),
    facets: fields.map((field, i) => {
      const { values = [], more = false, missingCount = 0 } = facets.facets[i] ?? {};
      return {
        scope: field.scope,
        name: field.name,
        field: facetFieldText(field),
        values: values.map((value) => facetValueAnswer(field, value)),
        more,
        missing_count: missingCount,
      };
    }),
    complete: reasons.length === 0,
    reasons,
  };
}

interface CountedFacets {
  readonly fields: readonly FacetField[];
  readonly facets: Facets;
  readonly reasons: readonly IncompletenessReason[];
}

/** By the store; undefined where it cannot tell what matches. */
async function storedFacets(
  query: Query,
  window: AnalysisWindow,
  asked: readonly FacetField[] | undefined,
  limit: number,
  { store, tenant, signal }: AnalysisCall,
): Promise<CountedFacets | undefined> {
  const filter = { conditions: queryConditions(query), window };
  let fields = asked;
  if (fields === undefined) {
    const looked = { ...filter, maxSpanCount: LOOKED_AT_SPANS, limit: FOUND_NAMES };
    const found = await store.facetNames(tenant, looked, { signal });
    if (found === undefined) return undefined;
    fields = withUsual(found);
  }
  const facets = await store.facets(tenant, { ...filter, fields, limit }, { signal });
  return facets && { fields, facets, reasons: [] };
}

/** From the traces. */
async function readFacets(
  query: Query,
  window: AnalysisWindow,
  asked: readonly FacetField[] | undefined,
  limit: number,
  call: AnalysisCall,
): Promise<CountedFacets> {
  const { maxSampledSpans } = call.limits;
  const spans: Span[] = [];
  let leftOutCount = 0;
  const reasons = [
    ...(await visitMatchingSpans({ tenant: call.tenant, query, window }, call, (span) => {
      if (spans.length < maxSampledSpans) spans.push(span);
      else leftOutCount++;
    })),
  ];
  if (leftOutCount > 0) {
    const message = `Only the ${maxSampledSpans} spans of the newest traces were counted; narrow the window or the query`;
    reasons.push({ code: 'count_limit', message });
  }
  let fields = asked;
  if (fields === undefined) {
    const tally = new FacetNameTally();
    for (const span of spans.slice(0, LOOKED_AT_SPANS)) tally.add(span);
    fields = withUsual(tellingNames(tally.names(), FOUND_NAMES));
  }
  return { fields, facets: facetsOfSpans(spans, { fields, limit }), reasons };
}

function withUsual(found: readonly { readonly scope: 'span' | 'resource'; readonly name: string }[]): FacetField[] {
  const further = found.filter(({ scope, name }) => scope !== 'resource' || name !== 'service.name');
  return [...USUAL_FIELDS, ...further.map(({ scope, name }) => ({ scope, name }))];
}
