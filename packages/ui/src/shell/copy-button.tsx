import { type ReactNode, useEffect, useState } from 'react';

import controls from '../styles/controls.module.css';
import type { IconName } from './icon-paths.ts';
import { Icon } from './icons.tsx';

const CONFIRMED_MS = 1500;

/** Copies a text; says so for a moment. `label` names what is copied. */
export function CopyButton({
  text,
  label,
  icon = 'copy',
  children,
}: {
  readonly text: string | (() => string);
  readonly label: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    setState((await writeClipboard(typeof text === 'string' ? text : text())) ? 'copied' : 'failed');
  };
  const words = { idle: `Copy ${label}`, copied: 'Copied', failed: 'Copying failed' }[state];
  return (
    <button
      type="button"
      className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
      title={words}
      aria-label={words}
      onClick={() => void copy()}
    >
      <Icon name={state === 'copied' ? 'check' : icon} size={14} />
      {children}
    </button>
  );
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    // Absent on pages that are neither https nor localhost.
    if (navigator.clipboard !== undefined) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused by the user or the browser; the older way may still work.
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
