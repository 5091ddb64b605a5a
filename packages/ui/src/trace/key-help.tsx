import { type ReactNode, useEffect, useRef } from 'react';

import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './key-help.module.css';
import { KEY_HELP } from './keyboard.ts';

/** The keyboard map; a modal dialog of the browser's own, so that focus and Esc are its business. */
export function KeyHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a click on its backdrop closes it
    <dialog
      ref={dialog}
      className={styles['dialog']}
      aria-label="Keys"
      data-testid="key-help"
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === '?') onClose();
      }}
      onClick={(event) => {
        // The backdrop is the dialog itself; its content is not.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles['content']}>
        <header className={styles['head']}>
          <h2>Keys</h2>
          <button
            type="button"
            className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
            aria-label="Close"
            onClick={onClose}
          >
            <Icon name="close" size={14} />
          </button>
        </header>
        <div className={styles['groups']}>
          {KEY_HELP.map(({ title, keys }) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, does]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  );
}
