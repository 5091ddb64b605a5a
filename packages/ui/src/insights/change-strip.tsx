import type { OperationChangeAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import type { ResolvedWindow } from './insights-state.ts';

export function ChangeStrip(_: { readonly change: OperationChangeAnswer; readonly window: ResolvedWindow }): ReactNode {
  return null;
}
