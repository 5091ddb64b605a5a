import { embeddedTrace } from '../portable/embedded-trace.ts';

/**
 * How the app is looked at: as itself, within a page of somebody else (`?embed=1`: the trace alone, links open new
 * tabs), or as a file without a server, which has nothing to link to but its own trace.
 */
export type PageMode = 'app' | 'embed' | 'file';

export const EMBED_PARAMETER = 'embed';

function findMode(): PageMode {
  if (embeddedTrace !== undefined) return 'file';
  // Tests of modules have no page.
  if (typeof window === 'undefined') return 'app';
  return new URLSearchParams(window.location.search).get(EMBED_PARAMETER) === '1' ? 'embed' : 'app';
}

/** Fixed when the page is loaded. */
export const pageMode: PageMode = findMode();

/** Whether a place in the app can be gone to: in a file only its trace can. */
export function canGoTo(to: string): boolean {
  if (embeddedTrace === undefined) return true;
  const path = to.split('?', 1)[0];
  return path === `/trace/${embeddedTrace.traceId}`;
}

/** Whether a place is the page that is shown, whatever its parameters. */
export function isSamePath(to: string, path: string): boolean {
  return to.split('?', 1)[0] === path;
}
