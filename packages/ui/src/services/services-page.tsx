import type { ReactNode } from 'react';

import { useLocation } from '../navigation/location.ts';
import { routeOf } from '../navigation/routes.ts';
import { ServiceDetail } from './service-detail.tsx';
import { ServiceList } from './service-list.tsx';

/** All services, or the one that the path names. */
export default function ServicesPage(): ReactNode {
  const { path, search } = useLocation();
  const route = routeOf(path, search);
  const service = route.page === 'services' ? route.service : undefined;
  return service === undefined ? <ServiceList /> : <ServiceDetail key={service} service={service} />;
}
