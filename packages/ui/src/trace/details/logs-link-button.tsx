import type { ReactNode } from 'react';

import { useUiSettings } from '../../settings/ui-settings.ts';
import { Icon } from '../../shell/icons.tsx';
import type { TraceView } from '../trace-view.ts';
import { logsLink } from './logs-link.ts';

/** The way to the span's logs, where the server's configuration says where they are. */
export function LogsLink({
  view,
  row,
  spanId,
}: {
  readonly view: TraceView;
  readonly row: number;
  readonly spanId: string;
}): ReactNode {
  const { logs_link: template } = useUiSettings();
  const { columns } = view;
  if (template === null) return null;
  const startUnixNano = columns.startTimeUnixNano + BigInt(Math.round(columns.startOffsetNano[row] ?? 0));
  const address = logsLink(template, {
    traceId: columns.traceId,
    spanId,
    service: columns.strings[columns.service[row] ?? 0] ?? '',
    startUnixNano,
    endUnixNano: startUnixNano + BigInt(Math.round(columns.durationNano[row] ?? 0)),
  });
  if (address === undefined) return null;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" data-testid="logs-link">
      Logs <Icon name="external" size={12} />
    </a>
  );
}
