export type CompareCommand =
  | 'up'
  | 'down'
  | 'in'
  | 'out'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'select'
  | 'close'
  | 'nextDifference'
  | 'previousDifference'
  | 'swap'
  | 'order'
  | 'onlyDifferences'
  | 'foldAll'
  | 'unfoldAll';

const COMMANDS: Readonly<Record<string, CompareCommand>> = {
  ArrowUp: 'up',
  k: 'up',
  ArrowDown: 'down',
  j: 'down',
  ArrowLeft: 'out',
  h: 'out',
  ArrowRight: 'in',
  l: 'in',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'first',
  End: 'last',
  Enter: 'select',
  ' ': 'select',
  Escape: 'close',
  n: 'nextDifference',
  N: 'previousDifference',
  s: 'swap',
  o: 'order',
  d: 'onlyDifferences',
  c: 'foldAll',
  x: 'unfoldAll',
};

/** What a key does; nothing together with Ctrl, Alt or Meta, which are the browser's. */
export function compareCommandOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): CompareCommand | undefined {
  return event.ctrlKey || event.altKey || event.metaKey ? undefined : COMMANDS[event.key];
}

interface Place {
  readonly nodes: Int32Array;
  readonly focused: number;
  readonly folded: Uint8Array;
  readonly parent: Int32Array;
  readonly subtreeEnd: Uint32Array;
  readonly marks: Uint8Array;
}

const PAGE_ROWS = 20;

/** Where a movement leads: a node to go to, or one to fold or unfold. */
export type CompareMove = { readonly to: number } | { readonly fold: number; readonly folds: boolean };

/** What a movement does from the focused node; undefined where there is nowhere to go. */
export function moveOf(command: CompareCommand, place: Place): CompareMove | undefined {
  const { nodes, focused, folded, parent, subtreeEnd } = place;
  const at = nodes.indexOf(focused);
  const toPosition = (position: number): CompareMove | undefined => {
    const to = nodes[Math.min(Math.max(position, 0), nodes.length - 1)];
    return to === undefined ? undefined : { to };
  };
  const hasChildren = (subtreeEnd[focused] ?? 0) > focused + 1;
  switch (command) {
    case 'up':
      return toPosition(at - 1);
    case 'down':
      return toPosition(at + 1);
    case 'pageUp':
      return toPosition(at - PAGE_ROWS);
    case 'pageDown':
      return toPosition(at + PAGE_ROWS);
    case 'first':
      return toPosition(0);
    case 'last':
      return toPosition(nodes.length - 1);
    case 'in':
      if (hasChildren && folded[focused] === 1) return { fold: focused, folds: false };
      return hasChildren ? toPosition(at + 1) : undefined;
    case 'out': {
      if (hasChildren && folded[focused] !== 1) return { fold: focused, folds: true };
      const above = parent[focused] ?? -1;
      return above < 0 ? undefined : { to: above };
    }
    case 'nextDifference':
      return nextDifference(place, at, 1);
    case 'previousDifference':
      return nextDifference(place, at, -1);
    default:
      return undefined;
  }
}

/** The next shown row that differs, round the ends. */
function nextDifference({ nodes, marks }: Place, at: number, step: 1 | -1): CompareMove | undefined {
  for (let passed = 1; passed <= nodes.length; passed++) {
    const node = nodes[(at + step * passed + nodes.length * 2) % nodes.length] ?? 0;
    if (marks[node] !== 0) return { to: node };
  }
  return undefined;
}
