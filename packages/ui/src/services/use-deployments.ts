import { useQuery } from '@tanstack/react-query';
import type { DeploymentAnswer, WindowParameters } from '@throughline/query/client';

import { backend } from '../api/backend.ts';

const none: readonly DeploymentAnswer[] = [];

/** The versions of a service that its spans name; none while it is not known. */
export function useDeployments(service: string, window: WindowParameters): readonly DeploymentAnswer[] {
  const answer = useQuery({
    queryKey: ['deployments', service, window],
    queryFn: ({ signal }) => backend.deployments(service, window, { signal }),
  });
  return answer.data?.deployments ?? none;
}
