import { TRACE_VIEWS, type TraceViewName } from '../navigation/routes.ts';
import type { TreeMove } from './tree-moves.ts';

export type TraceCommand =
  | { readonly kind: 'tab'; readonly tab: TraceViewName }
  | { readonly kind: 'move'; readonly move: TreeMove }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly share: number }
  | {
      readonly kind:
        | 'details'
        | 'find'
        | 'next-match'
        | 'previous-match'
        | 'next-error'
        | 'previous-error'
        | 'reset-zoom'
        | 'zoom-to-span'
        | 'fold-all'
        | 'unfold-all'
        | 'toggle-group'
        | 'toggle-repeats'
        | 'set-root'
        | 'leave-root'
        | 'toggle-path'
        | 'next-on-path'
        | 'previous-on-path'
        | 'hide-service'
        | 'clear-filter'
        | 'only-matches'
        | 'toggle-clocks'
        | 'help'
        | 'close';
    };

const COMMANDS: Readonly<Record<string, TraceCommand>> = {
  ...Object.fromEntries(TRACE_VIEWS.map((tab, index) => [String(index + 1), { kind: 'tab', tab } as const])),
  ArrowUp: { kind: 'move', move: 'up' },
  k: { kind: 'move', move: 'up' },
  ArrowDown: { kind: 'move', move: 'down' },
  j: { kind: 'move', move: 'down' },
  ArrowLeft: { kind: 'move', move: 'out' },
  h: { kind: 'move', move: 'out' },
  ArrowRight: { kind: 'move', move: 'in' },
  l: { kind: 'move', move: 'in' },
  PageUp: { kind: 'move', move: 'pageUp' },
  PageDown: { kind: 'move', move: 'pageDown' },
  Home: { kind: 'move', move: 'first' },
  End: { kind: 'move', move: 'last' },
  Enter: { kind: 'details' },
  ' ': { kind: 'details' },
  f: { kind: 'find' },
  '/': { kind: 'find' },
  n: { kind: 'next-match' },
  N: { kind: 'previous-match' },
  e: { kind: 'next-error' },
  E: { kind: 'previous-error' },
  '+': { kind: 'zoom', factor: 0.5 },
  '=': { kind: 'zoom', factor: 0.5 },
  '-': { kind: 'zoom', factor: 2 },
  a: { kind: 'pan', share: -0.25 },
  d: { kind: 'pan', share: 0.25 },
  '0': { kind: 'reset-zoom' },
  z: { kind: 'zoom-to-span' },
  c: { kind: 'fold-all' },
  x: { kind: 'unfold-all' },
  g: { kind: 'toggle-group' },
  G: { kind: 'toggle-repeats' },
  s: { kind: 'set-root' },
  S: { kind: 'leave-root' },
  Backspace: { kind: 'leave-root' },
  p: { kind: 'toggle-path' },
  ']': { kind: 'next-on-path' },
  '[': { kind: 'previous-on-path' },
  o: { kind: 'hide-service' },
  O: { kind: 'clear-filter' },
  m: { kind: 'only-matches' },
  t: { kind: 'toggle-clocks' },
  '?': { kind: 'help' },
  Escape: { kind: 'close' },
};

/** What a key does on the trace page; nothing together with Ctrl, Alt or Meta, which are the browser's. */
export function commandOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): TraceCommand | undefined {
  return event.ctrlKey || event.altKey || event.metaKey ? undefined : COMMANDS[event.key];
}

/** The keys as the help shows them. */
export const KEY_HELP: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Move',
    keys: [
      ['↑ ↓ or k j', 'previous, next span'],
      ['→ or l', 'unfold, then first child'],
      ['← or h', 'fold, then parent'],
      ['Home End', 'first, last span'],
      ['Enter', 'open or close details'],
    ],
  },
  {
    title: 'Find',
    keys: [
      ['f or /', 'find in this trace'],
      ['n N', 'next, previous match'],
      ['e E', 'next, previous error'],
      ['] [', 'next, previous on the critical path'],
      ['m', 'matches only, or all'],
    ],
  },
  {
    title: 'Time',
    keys: [
      ['+ −', 'zoom in, out'],
      ['a d', 'pan left, right'],
      ['z', 'zoom to the span'],
      ['0', 'whole trace'],
      ['Ctrl + wheel', 'zoom at the pointer'],
      ['p', 'critical path on the bars, or not'],
      ['t', 'clocks corrected, or raw'],
    ],
  },
  {
    title: 'Tree',
    keys: [
      ['c', 'fold all'],
      ['x', 'unfold all'],
      ['Alt + click', 'fold or unfold a whole subtree'],
      ['g', 'fold or unfold repeated siblings here'],
      ['G', 'repeats as one row, or each'],
      ['s', 'this span as root'],
      ['S or ⌫', 'back out of it'],
      ['o O', 'hide this service; show all'],
    ],
  },
  {
    title: 'Else',
    keys: [
      ['1 … 7', 'waterfall, flame, table, statistics, graph, raw, why so slow'],
      ['Esc', 'close what is open'],
      ['?', 'this help'],
    ],
  },
];
