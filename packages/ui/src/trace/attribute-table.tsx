import type { Attributes, AttributeValue } from '@throughline/model';
import type { ReactNode } from 'react';

import { Link } from '../navigation/link.tsx';
import { initialSearch, searchToUrl } from '../search/search-state.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icons.tsx';
import styles from './attribute-table.module.css';
import { textOf, typeOf } from './attribute-value.ts';

/** Keys, values and their types; a value can be copied and searched for. */
export function AttributeTable({
  attributes,
  filter = '',
  searchable = false,
}: {
  readonly attributes: Attributes;
  /** Only rows whose key or value contains it, case ignored. */
  readonly filter?: string;
  /** Whether search by tag finds these: those of spans and resources. */
  readonly searchable?: boolean;
}): ReactNode {
  const needle = filter.trim().toLowerCase();
  const rows = [...attributes]
    .map(([key, value]) => ({ key, value, text: textOf(value) }))
    .filter(({ key, text }) => needle === '' || `${key}\n${text}`.toLowerCase().includes(needle));
  if (rows.length === 0) return <p className={styles['none']}>{needle === '' ? 'None' : 'No attribute matches'}</p>;
  return (
    <table className={styles['table']}>
      <tbody>
        {rows.map(({ key, value, text }) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>
              <span className={styles['value']} data-type={typeOf(value)}>
                {text === '' ? <i>empty</i> : text}
              </span>
            </td>
            <td className={styles['type']}>{typeOf(value)}</td>
            <td className={styles['actions']}>
              {searchable && isSearchable(value) && (
                <Link
                  to={searchToUrl({ ...initialSearch, tags: [{ key, value: text }], time: { kind: 'all' } })}
                  className={styles['action']}
                  title="Search traces with this value"
                  aria-label={`Search traces with ${key}=${text}`}
                >
                  <Icon name="search" size={12} />
                </Link>
              )}
              <CopyButton text={text} label={key} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isSearchable(value: AttributeValue): boolean {
  return typeof value === 'string' ? value.length <= 200 : ['bigint', 'number', 'boolean'].includes(typeof value);
}
