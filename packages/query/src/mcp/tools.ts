import { compareTraceSetsTool } from './tools/compare-trace-sets.ts';
import { compareTracesTool } from './tools/compare-traces.ts';
import { diagnoseTraceTool } from './tools/diagnose-trace.ts';
import { estimateClockSkewTool } from './tools/estimate-clock-skew.ts';
import { findChangesTool } from './tools/find-changes.ts';
import { findRootCausesTool } from './tools/find-root-causes.ts';
import { listAttributeValuesTool } from './tools/list-attribute-values.ts';
import { listAttributesTool } from './tools/list-attributes.ts';
import { listDependenciesTool } from './tools/list-dependencies.ts';
import { listErrorsTool } from './tools/list-errors.ts';
import { listServicesTool } from './tools/list-services.ts';
import { listSlowTracesTool } from './tools/list-slow-traces.ts';
import { profileLatencyTool } from './tools/profile-latency.ts';
import { searchTracesTool } from './tools/search-traces.ts';
import { serviceHealthTool } from './tools/service-health.ts';
import { showSpansTool } from './tools/show-spans.ts';
import { summarizeTraceTool } from './tools/summarize-trace.ts';
import type { McpTool } from './tool.ts';

/** All tools, in the order in which they are listed. */
export const MCP_TOOLS: readonly McpTool[] = [
  listServicesTool,
  findRootCausesTool,
  findChangesTool,
  serviceHealthTool,
  profileLatencyTool,
  listErrorsTool,
  listSlowTracesTool,
  listDependenciesTool,
  searchTracesTool,
  summarizeTraceTool,
  diagnoseTraceTool,
  compareTracesTool,
  compareTraceSetsTool,
  estimateClockSkewTool,
  showSpansTool,
  listAttributesTool,
  listAttributeValuesTool,
];
