import { hexFromBytes } from '@throughline/model';
import type { ReactNode } from 'react';

import { CopyButton } from '../../shell/copy-button.tsx';
import controls from '../../styles/controls.module.css';
import type { SpanDetails } from '../span-details.ts';
import type { TraceView } from '../trace-view.ts';
import styles from './span-identity.module.css';

const NO_PARENT = '0'.repeat(16);

/** The ids of a span, each to copy, and the way to its parent. */
export function SpanIdentity({
  view,
  row,
  spanId,
  details,
}: {
  readonly view: TraceView;
  readonly row: number;
  readonly spanId: string;
  /** Undefined where they are not there. */
  readonly details: SpanDetails | undefined;
}): ReactNode {
  const { columns } = view;
  const parent = columns.parent[row] ?? -1;
  const parentId = hexFromBytes(columns.parentSpanId, row * 8, 8);
  return (
    <dl className={styles['ids']}>
      <Id label="Trace" id={columns.traceId} />
      <Id label="Span" id={spanId} />
      {parentId !== NO_PARENT && (
        <Id label="Parent" id={parentId}>
          {parent >= 0 && (
            <button
              type="button"
              className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
              onClick={() => {
                view.reveal(parent);
                view.select(parent);
              }}
            >
              Go to
            </button>
          )}
        </Id>
      )}
      {details !== undefined && details.traceState !== '' && (
        <Id label="State" id={details.traceState} what="the trace state" />
      )}
      {details !== undefined && <Flags flags={details.flags} />}
    </dl>
  );
}

function Flags({ flags }: { readonly flags: number }): ReactNode {
  return (
    <div>
      <dt>Flags</dt>
      <dd>
        <code>{(flags & 0xff).toString(16).padStart(2, '0')}</code>
        <span className={styles['muted']}>{(flags & 1) === 1 ? 'sampled' : 'not marked as sampled'}</span>
      </dd>
    </div>
  );
}

function Id({
  label,
  id,
  what = `${label.toLowerCase()} id`,
  children,
}: {
  readonly label: string;
  readonly id: string;
  readonly what?: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{id}</code>
        <CopyButton text={id} label={what} />
        {children}
      </dd>
    </div>
  );
}
