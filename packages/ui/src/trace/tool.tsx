import type { ReactNode } from 'react';

import type { IconName } from '../shell/icon-paths.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './trace-toolbar.module.css';

/** A button of the toolbar: an icon with its name as tooltip, or with words beside it. */
export function Tool({
  icon,
  label,
  disabled,
  error,
  pressed,
  testId,
  children,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  readonly error?: boolean;
  /** Of a switch. */
  readonly pressed?: boolean;
  readonly testId?: string;
  readonly children?: ReactNode;
  readonly onClick: () => void;
}): ReactNode {
  const classes = [controls['button'], controls['quiet'], controls['small'], children === undefined && styles['tool']];
  if (error === true) classes.push(styles['errorTool']);
  if (pressed !== undefined) classes.push(styles['switch']);
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      aria-label={label}
      title={label}
      disabled={disabled}
      aria-pressed={pressed}
      data-testid={testId}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
      {children}
    </button>
  );
}

export function closeWhenLeft(event: React.FocusEvent<HTMLDetailsElement>): void {
  if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}
