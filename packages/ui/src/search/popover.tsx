import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './popover.module.css';

/** A button with a panel below it. Escape, or going elsewhere, closes it. */
export function Popover({
  label,
  testId,
  align,
  children,
}: {
  readonly label: string;
  readonly testId: string;
  /** Which side of the panel is flush with the button's. */
  readonly align: 'left' | 'right';
  /** A function is told how to close. */
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}): ReactNode {
  const id = useId();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [open]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- hears Escape of the controls within
    <div
      ref={box}
      className={styles['box']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
      onBlur={(event) => {
        // A press on the panel's ground moves the focus to nothing; that is no leaving.
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
        data-testid={testId}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {label}
        <Icon name="down" size={12} />
      </button>
      {open && (
        <div
          id={id}
          className={align === 'left' ? styles['left'] : styles['right']}
          role="group"
          aria-label={label}
          data-keeps-keys=""
        >
          {typeof children === 'function' ? children(() => setOpen(false)) : children}
        </div>
      )}
    </div>
  );
}
