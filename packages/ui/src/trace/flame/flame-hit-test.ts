import type { FlameModel } from '../in-worker/flame-model.ts';
import { type FlameLayout, LANE_HEIGHT, laneStart } from './flame-layout.ts';

/** The box at a point in CSS pixels from the canvas's top left corner (the nearest within two pixels); -1 for none. */
export function hitFlame(layout: FlameLayout, model: FlameModel, x: number, y: number): number {
  const lane = Math.floor((y + layout.scrollTop) / LANE_HEIGHT);
  if (lane < 0 || lane >= model.laneEnd.length) return -1;
  const nanoPerPixel = (layout.viewport.endNano - layout.viewport.startNano) / layout.width;
  const nano = layout.viewport.startNano + x * nanoPerPixel;
  let low = laneStart(model, lane);
  let high = model.laneEnd[lane] ?? 0;
  const end = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((model.to[middle] ?? 0) < nano) low = middle + 1;
    else high = middle;
  }
  const mercy = 2 * nanoPerPixel;
  for (const box of [low, low - 1]) {
    if (box < laneStart(model, lane) || box >= end) continue;
    if (nano >= (model.from[box] ?? 0) - mercy && nano <= (model.to[box] ?? 0) + mercy) return box;
  }
  return -1;
}

/** The lane a box is in. */
export function laneOf({ laneEnd }: FlameModel, box: number): number {
  let low = 0;
  let high = laneEnd.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((laneEnd[middle] ?? 0) <= box) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where an arrow key leads from a box; the box itself where there is nothing. */
export function flameStep(
  model: FlameModel,
  parent: Int32Array,
  box: number,
  key: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight',
): number {
  const lane = laneOf(model, box);
  const [from, to] = [model.from[box] ?? 0, model.to[box] ?? 0];
  switch (key) {
    case 'ArrowLeft':
      return box > laneStart(model, lane) ? box - 1 : box;
    case 'ArrowRight':
      return box + 1 < (model.laneEnd[lane] ?? 0) ? box + 1 : box;
    case 'ArrowUp':
      for (let above = lane - 1; above >= 0; above--) {
        const found = containing(model, above, from);
        // Where each box is a span, lanes between parent and child can hold others.
        if (found >= 0 && (model.merged !== undefined || isAncestor(model, parent, found, box))) return found;
      }
      return box;
    case 'ArrowDown':
      for (let below = lane + 1; below < model.laneEnd.length; below++) {
        const end = model.laneEnd[below] ?? 0;
        for (let each = firstFrom(model, below, from); each < end && (model.from[each] ?? 0) <= to; each++) {
          if (model.merged !== undefined || parent[model.row[each] ?? 0] === model.row[box]) return each;
        }
        if (model.merged !== undefined) return box;
      }
      return box;
  }
}

function isAncestor({ row }: FlameModel, parent: Int32Array, above: number, below: number): boolean {
  const wanted = row[above];
  for (let at = parent[row[below] ?? 0] ?? -1; at >= 0; at = parent[at] ?? -1) if (at === wanted) return true;
  return false;
}

/** The last box of the lane that begins at or before an instant and has not ended then; -1 for none. */
function containing(model: FlameModel, lane: number, nano: number): number {
  const next = firstFrom(model, lane, nano);
  const end = model.laneEnd[lane] ?? 0;
  if (next < end && model.from[next] === nano) return next;
  const box = next - 1;
  return box >= laneStart(model, lane) && (model.to[box] ?? 0) >= nano ? box : -1;
}

/** The first box of the lane that begins at an instant or later. */
function firstFrom(model: FlameModel, lane: number, nano: number): number {
  let low = laneStart(model, lane);
  let high = model.laneEnd[lane] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((model.from[middle] ?? 0) < nano) low = middle + 1;
    else high = middle;
  }
  return low;
}
