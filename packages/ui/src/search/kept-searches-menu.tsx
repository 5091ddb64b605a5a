import { type ReactNode, useState } from 'react';

import { Link } from '../navigation/link.tsx';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { MAX_SAVED, queryOfPath, recentSearches, type SavedSearch, savedSearches, withSaved } from './kept-searches.ts';
import removeButton from '../styles/remove-button.module.css';
import styles from './kept-searches-menu.module.css';
import { Popover } from './popover.tsx';
import { useStored } from './stored.ts';

/** Searches under names, and the latest ones; the browser keeps them. */
export function KeptSearchesMenu({
  path,
}: {
  /** Of the search as it is written. */ readonly path: string;
}): ReactNode {
  return (
    <Popover label="Saved" testId="saved" align="right">
      {(close) => <Lists path={path} close={close} />}
    </Popover>
  );
}

function Lists({ path, close }: { readonly path: string; readonly close: () => void }): ReactNode {
  const saved = useStored(savedSearches);
  const recent = useStored(recentSearches);
  return (
    <div className={styles['menu']}>
      <SaveForm path={path} saved={saved} />
      {saved.length > 0 && (
        <div>
          <h3 className={controls['label']}>Saved in this browser</h3>
          <ul data-testid="saved-list">
            {saved.map((search) => (
              <li key={search.name} className={styles['item']}>
                <Link to={search.path} className={styles['link']} title={queryOfPath(search.path)} onClick={close}>
                  <b>{search.name}</b>
                  <QueryText path={search.path} />
                </Link>
                <button
                  type="button"
                  className={removeButton['remove']}
                  aria-label={`Remove ${search.name}`}
                  onClick={() => savedSearches.set(saved.filter((each) => each !== search))}
                >
                  <Icon name="close" size={10} />
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {recent.length > 0 && (
        <div>
          <h3 className={controls['label']}>Recent</h3>
          <ul data-testid="recent-list">
            {recent.map((each) => (
              <li key={each} className={styles['item']}>
                <Link to={each} className={styles['link']} title={queryOfPath(each)} onClick={close}>
                  <QueryText path={each} />
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function QueryText({ path }: { readonly path: string }): ReactNode {
  const text = queryOfPath(path);
  return text === '' ? <span>All traces</span> : <code>{text}</code>;
}

function SaveForm({ path, saved }: { readonly path: string; readonly saved: readonly SavedSearch[] }): ReactNode {
  const [name, setName] = useState('');
  const given = name.trim();
  const replaces = saved.some((each) => each.name === given);
  const isFull = saved.length >= MAX_SAVED && !replaces;
  return (
    <form
      className={styles['save']}
      onSubmit={(event) => {
        event.preventDefault();
        if (given === '' || isFull) return;
        savedSearches.set(withSaved(saved, { name: given, path }));
        setName('');
      }}
    >
      <input
        className={controls['input']}
        aria-label="Name for this search"
        placeholder="Name for this search"
        data-testid="save-name"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button
        type="submit"
        className={controls['button']}
        data-testid="save-search"
        disabled={given === '' || isFull}
        title={isFull ? `${MAX_SAVED} searches are kept at most; remove one first` : undefined}
      >
        {replaces ? 'Replace' : 'Save'}
      </button>
    </form>
  );
}
