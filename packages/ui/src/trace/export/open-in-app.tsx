import type { ReactNode } from 'react';

import { hrefOf } from '../../navigation/location.ts';
import { pageMode } from '../../navigation/page-mode.ts';
import { tracePath } from '../../navigation/routes.ts';
import { Icon } from '../../shell/icons.tsx';
import controls from '../../styles/controls.module.css';

/** From a frame in another page to the whole app. */
export function OpenInApp({ traceId }: { readonly traceId: string }): ReactNode {
  if (pageMode !== 'embed') return null;
  return (
    <a
      href={hrefOf(tracePath(traceId))}
      target="_blank"
      rel="noopener"
      className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
      data-testid="open-in-app"
    >
      <Icon name="external" size={14} /> Open in Throughline
    </a>
  );
}
