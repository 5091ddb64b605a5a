import type { ComponentProps, ReactNode } from 'react';

import { hrefOf, navigate } from './location.ts';

/** A link within the app. New tabs, middle clicks and downloads stay the browser's business. */
export function Link({
  to,
  onClick,
  children,
  ...props
}: Omit<ComponentProps<'a'>, 'href'> & { readonly to: string }): ReactNode {
  return (
    <a
      {...props}
      href={hrefOf(to)}
      onClick={(event) => {
        onClick?.(event);
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (event.defaultPrevented || !plain) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
