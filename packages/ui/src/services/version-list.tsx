import type { AnalysisWindowAnswer, WindowParameters } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf } from '../format/count.ts';
import { formatDateTime } from '../format/instant.ts';
import { rangeOf, TracesLink } from '../search/traces-link.tsx';
import { useDeployments } from './use-deployments.ts';
import styles from './version-list.module.css';

/** More than one looks at; the newest are named. */
const MAX_VERSIONS = 8;

/** Which versions of the service ran, since when, and the traces of each. */
export function VersionList({
  service,
  window,
  answered,
}: {
  readonly service: string;
  readonly window: WindowParameters;
  readonly answered: AnalysisWindowAnswer;
}): ReactNode {
  const deployments = useDeployments(service, window);
  if (deployments.length === 0) return null;
  const shown = deployments.toSorted((a, b) => b.first_seen - a.first_seen).slice(0, MAX_VERSIONS);
  return (
    <p className={styles['versions']} data-testid="versions">
      <span>{deployments.length === 1 ? 'Version' : `${deployments.length} versions, the newest first:`}</span>
      {shown.map(({ version, first_seen, last_seen, span_count, query }) => (
        <span key={version}>
          <TracesLink
            query={query}
            time={rangeOf(answered)}
            title={`${countOf(span_count, 'span')}, the last at ${formatDateTime(last_seen * 1000)}`}
            data-testid="version"
          >
            {version}
          </TracesLink>{' '}
          {deployments.length > 1 && `since ${formatDateTime(first_seen * 1000)}`}
        </span>
      ))}
      {deployments.length > shown.length && <span>and {deployments.length - shown.length} more</span>}
    </p>
  );
}
