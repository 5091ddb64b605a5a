import type { ComponentProps, ReactNode } from 'react';

import { hrefOf, navigate, useLocation } from './location.ts';
import { canGoTo, isSamePath, pageMode } from './page-mode.ts';

/**
 * A link within the app. New tabs, middle clicks and downloads stay the browser's business. Embedded in another page,
 * what leads away from the trace opens a new tab; in a file, what is not in it is text.
 */
export function Link({
  to,
  onClick,
  children,
  ...props
}: Omit<ComponentProps<'a'>, 'href'> & { readonly to: string }): ReactNode {
  const { path } = useLocation();
  if (!canGoTo(to)) return <span className={props.className}>{children}</span>;
  const leavesFrame = pageMode === 'embed' && !isSamePath(to, path);
  return (
    <a
      {...props}
      href={hrefOf(to)}
      {...(leavesFrame ? { target: '_blank', rel: 'noopener' } : {})}
      onClick={(event) => {
        onClick?.(event);
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (event.defaultPrevented || !plain || leavesFrame) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
