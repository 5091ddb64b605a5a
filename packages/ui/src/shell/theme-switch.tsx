import type { ReactNode } from 'react';

import controls from '../styles/controls.module.css';
import { Icon } from './icons.tsx';
import { setTheme, type Theme, useTheme } from './theme.ts';
import styles from './theme-switch.module.css';

const THEMES: readonly { readonly theme: Theme; readonly icon: 'sun' | 'moon' | 'system'; readonly label: string }[] = [
  { theme: 'light', icon: 'sun', label: 'Light' },
  { theme: 'dark', icon: 'moon', label: 'Dark' },
  { theme: 'system', icon: 'system', label: 'As the system' },
];

/** Light, dark, or as the system has it. */
export function ThemeSwitch(): ReactNode {
  const current = useTheme();
  return (
    <div className={`${controls['segments']} ${styles['themes']}`} role="group" aria-label="Theme">
      {THEMES.map(({ theme, icon, label }) => (
        <button
          key={theme}
          type="button"
          className={`${controls['segment']} ${styles['theme']}`}
          aria-pressed={current === theme}
          aria-label={label}
          title={label}
          data-testid={`theme-${theme}`}
          onClick={() => setTheme(theme)}
        >
          <Icon name={icon} size={14} />
        </button>
      ))}
    </div>
  );
}
