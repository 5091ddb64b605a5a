import { type ReactNode, useEffect, useState } from 'react';

import { countOf } from '../format/count.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import type { FieldDifferences } from './attribute-differences.ts';
import { durationText } from './compare-layout.ts';
import type { Comparison } from './comparison.ts';
import { markWords, signedDuration } from './difference-words.ts';
import styles from './node-panel.module.css';
import type { FieldReader } from './use-comparison.ts';

/** What two paired spans say differently about themselves, and the ways to each. */
export function NodePanel({
  comparison,
  node,
  fieldsOf,
  onClose,
}: {
  readonly comparison: Comparison;
  readonly node: number;
  readonly fieldsOf: FieldReader;
  readonly onClose: () => void;
}): ReactNode {
  const [fields, setFields] = useState<FieldDifferences | undefined>(undefined);
  useEffect(() => {
    let isShown = true;
    void fieldsOf(node).then((found) => isShown && setFields(found));
    return () => {
      isShown = false;
    };
  }, [fieldsOf, node]);
  const service = comparison.strings[comparison.service[node] ?? 0] ?? '';
  const name = comparison.strings[comparison.name[node] ?? 0] ?? '';
  const marks = markWords(comparison.marks[node] ?? 0);
  const [idOfA, idOfB] = [comparison.aSpanId[node] ?? '', comparison.bSpanId[node] ?? ''];
  return (
    <aside className={styles['panel']} aria-label="The selected spans" data-testid="node-panel">
      <header className={styles['head']}>
        <h2>
          {service} <span>{name}</span>
        </h2>
        <button
          type="button"
          className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
          aria-label="Close"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {marks.length > 0 && <p>{marks.map(({ sign, word }) => `${sign} ${word}`).join(', ')}</p>}
      <dl className={styles['facts']}>
        <dt>A</dt>
        <dd>
          {durationText(comparison.aDurationNano[node])}{' '}
          {idOfA !== '' && <Link to={tracePath(comparison.a.traceId, idOfA)}>Open in A</Link>}
        </dd>
        <dt>B</dt>
        <dd>
          {durationText(comparison.bDurationNano[node])}{' '}
          {idOfB !== '' && <Link to={tracePath(comparison.b.traceId, idOfB)}>Open in B</Link>}
        </dd>
        <dt>On the critical path</dt>
        <dd>
          {signedDuration(comparison.criticalDeltaNano[node] ?? 0)} itself,{' '}
          {signedDuration(comparison.subtreeDeltaNano[node] ?? 0)} with what is below
        </dd>
      </dl>
      {fields === undefined ? (
        <p className={styles['muted']} role="status">
          Comparing attributes…
        </p>
      ) : (
        <Fields fields={fields} />
      )}
    </aside>
  );
}

function Fields({ fields: { different, equalCount } }: { readonly fields: FieldDifferences }): ReactNode {
  if (different.length === 0)
    return <p className={styles['muted']}>All {countOf(equalCount, 'attribute')} are equal.</p>;
  return (
    <>
      <table className={styles['table']} data-testid="field-differences">
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        <tbody>
          {different.map(({ scope, key, a, b }) => (
            <tr key={`${scope} ${key}`}>
              <th scope="row">
                {key}
                {scope === 'resource' && <span className={styles['muted']}> resource</span>}
              </th>
              <td>{a ?? <span className={styles['muted']}>–</span>}</td>
              <td>{b ?? <span className={styles['muted']}>–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles['muted']}>{countOf(equalCount, 'more is', 'more are')} equal.</p>
    </>
  );
}
