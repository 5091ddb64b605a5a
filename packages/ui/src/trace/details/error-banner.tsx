import type { SpanEvent } from '@throughline/model';
import type { ReactNode } from 'react';

import { Icon } from '../../shell/icons.tsx';
import { textOf } from '../attribute-value.ts';
import styles from './details-panel.module.css';

/** What failed: the status, and the last exception where it says more. */
export function ErrorBanner({
  message,
  events,
}: {
  readonly message: string;
  readonly events: readonly SpanEvent[];
}): ReactNode {
  const exception = exceptionIn(events);
  const saysMore = exception !== undefined && !message.includes(exception.message);
  return (
    <div className={styles['error']} data-testid="span-error">
      <Icon name="error" />
      <div>
        <p>
          <b>Error</b>
          {message !== '' && `: ${message}`}
        </p>
        {exception !== undefined && (
          <p>
            {exception.type}
            {(saysMore || message === '') && exception.message !== '' && `: ${exception.message}`}
          </p>
        )}
      </div>
    </div>
  );
}

interface Exception {
  readonly type: string;
  readonly message: string;
}

/** The last one: earlier ones may have been dealt with. */
function exceptionIn(events: readonly SpanEvent[]): Exception | undefined {
  const attributes = events.findLast(({ attributes: all }) => all.has('exception.type'))?.attributes;
  const type = attributes?.get('exception.type');
  if (type === undefined) return undefined;
  return { type: textOf(type), message: textOf(attributes?.get('exception.message') ?? '') };
}
