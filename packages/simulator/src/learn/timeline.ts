import { isLeftAlone, type Role, roleKey, roleOf } from './span-role.ts';
import type { TraceView } from './trace-view.ts';

/** One span of one trace: what an operation, or a part of it, did once. */
export interface Execution {
  readonly view: TraceView;
  readonly row: number;
}

export interface Member {
  readonly key: string;
  readonly role: Role;
  readonly execution: Execution;
  /** Since the start of its item. */
  readonly offsetNano: number;
  /** Not waited for. */
  readonly isBackground: boolean;
  /** Does nothing that is seen but wait for a call that another member makes. */
  readonly isAlongside: boolean;
}

/** Children that overlap in time, or one alone. */
export interface Item {
  /** The same for items of the same children. */
  readonly key: string;
  /** The parent's own time before it. */
  readonly gapNano: number;
  readonly members: readonly Member[];
}

/** What a span did, in order. */
export interface Timeline {
  readonly execution: Execution;
  readonly items: readonly Item[];
  /** Own time after the last item. */
  readonly tailNano: number;
}

/** Children overlap when they do so for more than this share of the shorter one. */
const MIN_OVERLAP = 0.05;

interface OpenItem {
  readonly startNano: number;
  endNano: number;
  readonly gapNano: number;
  readonly members: Member[];
}

/**
 * The time of a span as own time and items that follow each other: gap, item, gap, item, tail. Children are moved into
 * the span where their clocks put them outside of it; their own durations stay. One that was not waited for takes none
 * of the span's time.
 */
export function timelineOf(execution: Execution): Timeline {
  const { view, row } = execution;
  const { startNano, endNano } = view;
  const [from = 0, to = 0] = [startNano[row], endNano[row]];
  const items: Item[] = [];
  let cursorNano = from;
  let open: OpenItem | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const members = withAlongside(open.members);
    items.push({ key: itemKey(members), gapNano: open.gapNano, members });
    cursorNano = Math.max(cursorNano, open.endNano);
    open = undefined;
  };
  for (const child of view.children[row] ?? []) {
    const role = roleOf(view, child);
    const isBackground = isLeftAlone(view, child);
    const [childStart = 0, childEnd = 0] = [startNano[child], endNano[child]];
    const durationNano = childEnd - childStart;
    const latestNano = isBackground ? to : Math.max(from, to - durationNano);
    const start = Math.max(from, Math.min(childStart, latestNano));
    const end = isBackground ? start : Math.min(to, start + durationNano);
    if (open !== undefined && !overlaps(open, start, end)) close();
    open ??= { startNano: start, endNano: start, gapNano: Math.max(0, start - cursorNano), members: [] };
    open.members.push({
      key: `${isBackground ? 'background\0' : ''}${roleKey(role)}`,
      role,
      execution: { view, row: child },
      // What begins after its parent's end waits until then.
      offsetNano: Math.max(0, (isBackground ? childStart : start) - open.startNano),
      isBackground,
      isAlongside: false,
    });
    open.endNano = Math.max(open.endNano, end);
  }
  close();
  return { execution, items, tailNano: Math.max(0, to - cursorNano) };
}

/** How far apart two spans may end that end together. */
const TOGETHER_NANO = 1e6;
const TOGETHER_SHARE = 0.05;
/** Of the time of a span that waits for another. */
const MIN_WAITING_SHARE = 0.7;

/**
 * Finds the members that wait for others, as the spans of reactive frameworks do. Drawn by itself, the time of one would
 * be another than that of the call it waits for, and the longer of the two would count.
 */
function withAlongside(members: readonly Member[]): readonly Member[] {
  const calls = members.filter((member) => !member.isBackground && hasCall(member.execution));
  if (calls.length === 0 || calls.length === members.length) return members;
  return members.map((member) => {
    const { role, isBackground, key } = member;
    const { view, row } = member.execution;
    const isPlain = role.kind === 'span' && view.children[row]?.length === 0 && view.failures[row] === undefined;
    if (isBackground || !isPlain || !calls.some((call) => waitsFor(member.execution, call.execution))) return member;
    return { ...member, key: `alongside\0${key}`, isAlongside: true };
  });
}

function waitsFor(waiting: Execution, call: Execution): boolean {
  const [start = 0, end = 0] = [waiting.view.startNano[waiting.row], waiting.view.endNano[waiting.row]];
  const [callStart = 0, callEnd = 0] = [call.view.startNano[call.row], call.view.endNano[call.row]];
  const durationNano = end - start;
  const togetherNano = Math.min(end, callEnd) - Math.max(start, callStart);
  const apartNano = Math.abs(end - callEnd);
  return (
    togetherNano >= MIN_WAITING_SHARE * durationNano &&
    apartNano <= Math.max(TOGETHER_NANO, TOGETHER_SHARE * durationNano)
  );
}

/** Whether it is a call, or has one below it. */
function hasCall({ view, row }: Execution): boolean {
  const end = view.trace.subtreeEnd[row] ?? row;
  for (let at = row; at < end; at++) if (view.isEntry[at] === true) return true;
  return false;
}

function overlaps({ startNano, endNano }: OpenItem, start: number, end: number): boolean {
  return start < endNano - MIN_OVERLAP * Math.min(endNano - startNano, end - start) && start < endNano;
}

function itemKey(members: readonly Member[]): string {
  if (members.length === 1) return members[0]?.key ?? '';
  const keys = new Set(members.map(({ key }) => key));
  return `{${[...keys].sort().join('|')}}`;
}
