import type { Attributes } from '@throughline/model';
import { Fragment, type ReactNode, useMemo, useState } from 'react';

import { Link } from '../../navigation/link.tsx';
import { CopyButton } from '../../shell/copy-button.tsx';
import { Icon } from '../../shell/icons.tsx';
import controls from '../../styles/controls.module.css';
import { typeOf } from '../attribute-value.ts';
import { AttributeContent } from './attribute-content.tsx';
import { type AttributeGroup, type AttributeRow, groupAttributes } from './attribute-groups.ts';
import { attributeSearch, type AttributePlace } from './attribute-search.ts';
import styles from './attribute-table.module.css';
import { shapeOf, webAddressIn } from './value-shape.ts';

/** From this many attributes on the namespaces are told apart; fewer are read at a glance. */
const GROUPED_FROM = 7;

/** Attributes by namespace; a value can be copied, with or without its key, and searched for. */
export function AttributeTable({
  attributes,
  place,
  filter = '',
}: {
  readonly attributes: Attributes;
  readonly place: AttributePlace;
  /** Only rows whose key or value contains it, case ignored. */
  readonly filter?: string;
}): ReactNode {
  const groups = useMemo(() => groupAttributes(attributes, filter), [attributes, filter]);
  if (groups.length === 0) {
    return <p className={styles['none']}>{attributes.size === 0 ? 'None' : 'No attribute matches'}</p>;
  }
  const isGrouped = attributes.size >= GROUPED_FROM && groups.length > 1;
  return (
    <div className={styles['groups']}>
      {groups.map((group) => (
        <Group key={group.namespace} group={group} isGrouped={isGrouped} place={place} />
      ))}
    </div>
  );
}

function Group({
  group: { namespace, rows },
  isGrouped,
  place,
}: {
  readonly group: AttributeGroup;
  readonly isGrouped: boolean;
  readonly place: AttributePlace;
}): ReactNode {
  const prefix = isGrouped && namespace !== '' ? `${namespace}.` : '';
  return (
    <section>
      {isGrouped && <h4 className={styles['namespace']}>{namespace === '' ? 'other' : namespace}</h4>}
      <dl className={styles['table']}>
        {rows.map((row) => (
          <Row key={row.key} row={row} prefix={prefix} place={place} />
        ))}
      </dl>
    </section>
  );
}

function Row({
  row: { key, value, text },
  prefix,
  place,
}: {
  readonly row: AttributeRow;
  /** What all keys of the group begin with. */
  readonly prefix: string;
  readonly place: AttributePlace;
}): ReactNode {
  const shape = useMemo(() => shapeOf(key, value), [key, value]);
  const [raw, setRaw] = useState(false);
  const isWide = shape.kind !== 'plain';
  const search = attributeSearch(place, key, value);
  const address = webAddressIn(text);
  return (
    <div className={isWide ? styles['wide'] : styles['row']} data-testid="attribute" data-key={key}>
      <dt title={key}>
        {prefix !== '' && <span className={controls['hiddenText']}>{prefix}</span>}
        <Breakable text={key.slice(prefix.length)} />
      </dt>
      <dd className={styles['value']} data-type={typeOf(value)} data-testid="attribute-value">
        <AttributeContent text={text} shape={shape} raw={raw} />
      </dd>
      <dd className={styles['type']}>{shape.kind === 'lines' ? shape.language : typeOf(value)}</dd>
      <dd className={styles['actions']}>
        {isWide && (
          <button
            type="button"
            className={`${controls['button']} ${controls['quiet']} ${controls['small']} ${styles['words']}`}
            aria-pressed={raw}
            onClick={() => setRaw((before) => !before)}
          >
            Raw
          </button>
        )}
        {address !== undefined && (
          <a
            href={address}
            target="_blank"
            rel="noopener noreferrer"
            className={styles['action']}
            title="Open the address in a new tab"
            aria-label={`Open ${key} in a new tab`}
          >
            <Icon name="external" size={12} />
          </a>
        )}
        {search !== undefined && (
          <Link
            to={search}
            className={styles['action']}
            title="Search traces with this value"
            aria-label={`Search traces with ${key}=${text}`}
          >
            <Icon name="search" size={12} />
          </Link>
        )}
        <CopyButton text={`${key}=${text}`} label={`${key} with its value`} icon="row" />
        <CopyButton text={text} label={key} />
      </dd>
    </div>
  );
}

/** A key that rather breaks between words than within one. */
function Breakable({ text }: { readonly text: string }): ReactNode {
  return text.split(/(?<=[._])/).map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts never change places
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
