import type { Reason } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate } from '../format/rate.ts';
import { formatShare } from '../format/share.ts';
import { Link } from '../navigation/link.tsx';
import { servicePath } from '../navigation/routes.ts';
import { TracesLink, withCondition } from '../search/traces-link.tsx';
import { Icon } from '../shell/icons.tsx';
import { Reasons } from '../shell/reasons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { withTimeOf } from '../time-range/time-range.ts';
import styles from './map-panel.module.css';
import { edgeRate, KIND_WORDS, NOTABLE_ERROR_RATE } from './map-words.ts';
import type { MapEdge, MapNode, ServiceMap } from './service-map.ts';

interface PanelProps {
  readonly map: ServiceMap;
  readonly colours: ReadonlyMap<string, number>;
  readonly time: { readonly fromMs: number; readonly toMs: number };
  readonly onChoose: (choice: { readonly kind: 'node' | 'edge'; readonly id: string } | undefined) => void;
  readonly onHover: (id: string | undefined) => void;
}

/** Beside the map: all its boxes as a list, or the numbers of what is chosen. */
export function MapPanel({
  node,
  edge,
  reasons,
  onFocus,
  ...props
}: PanelProps & {
  /** Why the map may be incomplete. */
  readonly reasons: readonly Reason[];
  readonly node: MapNode | undefined;
  readonly edge: MapEdge | undefined;
  readonly onFocus: (id: string) => void;
}): ReactNode {
  return (
    <section className={styles['panel']} aria-label="What is on the map" data-testid="map-panel">
      {node !== undefined ? (
        <NodePanel node={node} onFocus={onFocus} {...props} />
      ) : edge !== undefined ? (
        <EdgePanel edge={edge} {...props} />
      ) : (
        <NodeList {...props} />
      )}
      <div className={styles['reasons']}>
        <Reasons reasons={reasons} />
      </div>
    </section>
  );
}

/** `7 services, 5 peers, 14 connections` */
function countsInWords({ nodes, edges }: ServiceMap): string {
  const serviceCount = nodes.filter(({ kind }) => kind === 'service' || kind === 'silent-service').length;
  const peerCount = nodes.length - serviceCount;
  return [
    countOf(serviceCount, 'service'),
    ...(peerCount > 0 ? [countOf(peerCount, 'peer')] : []),
    countOf(edges.length, 'connection'),
  ].join(', ');
}

function NodeList({ map, colours, onChoose, onHover }: PanelProps): ReactNode {
  const nodes = map.nodes.toSorted(
    (a, b) => (b.perSecond ?? 0) - (a.perSecond ?? 0) || a.name.localeCompare(b.name, 'en'),
  );
  return (
    <>
      <h2 className={styles['title']}>{countsInWords(map)}</h2>
      <ul>
        {nodes.map((node) => (
          <li key={node.id}>
            <button
              type="button"
              className={styles['row']}
              data-testid="map-node"
              data-id={node.id}
              onClick={() => onChoose({ kind: 'node', id: node.id })}
              onPointerEnter={() => onHover(node.id)}
              onPointerLeave={() => onHover(undefined)}
              onFocus={() => onHover(node.id)}
              onBlur={() => onHover(undefined)}
            >
              <NodeMark node={node} colours={colours} />
              <span className={styles['name']}>{node.name}</span>
              <ErrorShare share={node.errorRate} />
              <span className={styles['number']}>{node.perSecond === undefined ? '' : formatRate(node.perSecond)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function NodePanel({
  node,
  map,
  colours,
  time,
  onChoose,
  onHover,
  onFocus,
}: PanelProps & { readonly node: MapNode; readonly onFocus: (id: string) => void }): ReactNode {
  const callers = map.edges.filter(({ to }) => to === node.id);
  const callees = map.edges.filter(({ from }) => from === node.id);
  const lists = { map, colours, onChoose, onHover };
  return (
    <>
      <Head onClose={() => onChoose(undefined)}>
        <NodeMark node={node} colours={colours} />
        {node.name}
      </Head>
      {node.kind !== 'service' && (
        <p className={styles['note']}>
          {node.kind === 'silent-service'
            ? 'A service that sends no spans'
            : `A ${KIND_WORDS[node.kind]} without spans`}
          : the numbers are its callers’, from a sample.
        </p>
      )}
      <dl className={styles['facts']}>
        {node.perSecond !== undefined && (
          <Fact label="Requests">
            <Traces query={node.query} time={time}>
              {formatRate(node.perSecond)}
            </Traces>
          </Fact>
        )}
        {node.errorRate !== undefined && (
          <Fact label="Failed">
            <Traces
              query={node.query === undefined ? undefined : withCondition(node.query, 'error = true')}
              time={time}
            >
              {formatShare(node.errorRate)}
            </Traces>
          </Fact>
        )}
        {node.p95Nano !== undefined && (
          <Fact label="p95">
            <Traces
              query={
                node.query === undefined
                  ? undefined
                  : withCondition(node.query, `duration >= ${Math.floor(node.p95Nano)}ns`)
              }
              time={time}
            >
              {formatDuration(node.p95Nano)}
            </Traces>
          </Fact>
        )}
      </dl>
      <div className={styles['actions']}>
        <button
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          data-testid="map-focus"
          onClick={() => onFocus(node.id)}
        >
          Show its neighbourhood
        </button>
        {node.kind === 'service' && node.name !== '' && (
          <Link
            to={withTimeOf(servicePath(node.name), globalThis.location.search)}
            className={`${controls['button']} ${controls['small']}`}
            data-testid="map-service"
          >
            Service page
          </Link>
        )}
      </div>
      <EdgeList title="Called by" edges={callers} end="from" {...lists} />
      <EdgeList title="Calls" edges={callees} end="to" {...lists} />
    </>
  );
}

function EdgePanel({ edge, map, colours, time, onChoose }: PanelProps & { readonly edge: MapEdge }): ReactNode {
  const from = map.nodes.find(({ id }) => id === edge.from);
  const to = map.nodes.find(({ id }) => id === edge.to);
  const durations: readonly (readonly [string, number])[] = [
    ['average', edge.avgNano],
    ['p50', edge.p50Nano],
    ['p95', edge.p95Nano],
    ['p99', edge.p99Nano],
  ];
  return (
    <>
      <Head onClose={() => onChoose(undefined)}>
        {from?.name} <span aria-label="calls">→</span> {to?.name}
      </Head>
      {edge.isSampled && <p className={styles['note']}>As the caller saw it, from a sample of the traces.</p>}
      <dl className={styles['facts']}>
        <Fact label="Calls">
          <Traces query={edge.query} time={time} testId="edge-traces">
            {edgeRate(edge)}
          </Traces>{' '}
          <span className={styles['muted']}>
            {countOf(edge.callCount, 'call')}
            {edge.isSampled && ' read'}
          </span>
        </Fact>
        <Fact label="Failed">
          {edge.errorRate === 0 ? (
            '0 %'
          ) : (
            <Traces query={withCondition(edge.query, 'error = true')} time={time} bad testId="edge-error-traces">
              {formatShare(edge.errorRate)}
            </Traces>
          )}
        </Fact>
        {durations.map(([label, nano]) => (
          <Fact key={label} label={label}>
            <Traces query={withCondition(edge.query, `duration >= ${Math.floor(nano)}ns`)} time={time}>
              {formatDuration(nano)}
            </Traces>
          </Fact>
        ))}
        {edge.transports.length > 0 && <Fact label="By">{edge.transports.join(', ')}</Fact>}
      </dl>
      {edge.operations.length > 0 && (
        <>
          <h3 className={styles['subtitle']}>Operations</h3>
          <ul className={styles['operations']}>
            {edge.operations.map((operation) => (
              <li key={operation}>{operation}</li>
            ))}
          </ul>
        </>
      )}
      <div className={styles['actions']}>
        {[from, to].map(
          (node) =>
            node !== undefined && (
              <button
                key={node.id}
                type="button"
                className={`${controls['button']} ${controls['small']}`}
                onClick={() => onChoose({ kind: 'node', id: node.id })}
              >
                <NodeMark node={node} colours={colours} />
                {node.name}
              </button>
            ),
        )}
      </div>
    </>
  );
}

function EdgeList({
  title,
  edges,
  end,
  map,
  colours,
  onChoose,
  onHover,
}: Omit<PanelProps, 'time'> & {
  readonly title: string;
  readonly edges: readonly MapEdge[];
  readonly end: 'from' | 'to';
}): ReactNode {
  if (edges.length === 0) return null;
  return (
    <>
      <h3 className={styles['subtitle']}>{title}</h3>
      <ul>
        {edges
          .toSorted((a, b) => b.perSecond - a.perSecond)
          .map((edge) => {
            const node = map.nodes.find(({ id }) => id === edge[end]);
            return (
              <li key={edge.id}>
                <button
                  type="button"
                  className={styles['row']}
                  data-testid="map-edge"
                  data-id={edge.id}
                  onClick={() => onChoose({ kind: 'edge', id: edge.id })}
                  onPointerEnter={() => onHover(edge.id)}
                  onPointerLeave={() => onHover(undefined)}
                >
                  {node !== undefined && <NodeMark node={node} colours={colours} />}
                  <span className={styles['name']}>{node?.name}</span>
                  <ErrorShare share={edge.errorRate} />
                  <span className={styles['number']}>{edgeRate(edge)}</span>
                </button>
              </li>
            );
          })}
      </ul>
    </>
  );
}

function Head({ children, onClose }: { readonly children: ReactNode; readonly onClose: () => void }): ReactNode {
  return (
    <div className={styles['head']}>
      <h2 className={styles['title']} data-testid="map-chosen">
        {children}
      </h2>
      <button
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
        aria-label="Close: back to the list"
        data-testid="map-close"
        onClick={onClose}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

function NodeMark({
  node,
  colours,
}: {
  readonly node: MapNode;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  if (node.kind === 'service') return <ServiceDot colour={colours.get(node.name) ?? 0} />;
  return <span className={styles['peer']}>{KIND_WORDS[node.kind]}</span>;
}

function ErrorShare({ share }: { readonly share: number | undefined }): ReactNode {
  if (share === undefined || share < NOTABLE_ERROR_RATE) return null;
  return <span className={styles['bad']}>{formatShare(share)} failed</span>;
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Traces({
  query,
  time,
  bad = false,
  testId,
  children,
}: {
  readonly query: string | undefined;
  readonly time: { readonly fromMs: number; readonly toMs: number };
  readonly bad?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}): ReactNode {
  if (query === undefined) return children;
  return (
    <TracesLink query={query} time={time} className={bad ? styles['bad'] : undefined} data-testid={testId}>
      {children}
    </TracesLink>
  );
}
