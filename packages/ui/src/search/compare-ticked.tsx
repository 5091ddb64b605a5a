import type { ReactNode } from 'react';

import { Link } from '../navigation/link.tsx';
import { comparePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';

/** What can be done with the traces that are ticked. */
export function CompareTicked({
  ticked,
  onClear,
}: {
  readonly ticked: readonly string[];
  readonly onClear: () => void;
}): ReactNode {
  const [a, b] = ticked;
  if (a === undefined) return null;
  return (
    <>
      {b === undefined ? (
        <span role="status">Tick another to compare</span>
      ) : (
        <Link
          to={comparePath(a, b)}
          className={`${controls['button']} ${controls['primary']} ${controls['small']}`}
          data-testid="compare-ticked"
          title={`Compare trace ${a} (A) with ${b} (B)`}
        >
          Compare
        </Link>
      )}
      <button
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
        aria-label="Tick no trace"
        title="Tick no trace"
        onClick={onClear}
      >
        <Icon name="close" size={12} />
      </button>
    </>
  );
}
