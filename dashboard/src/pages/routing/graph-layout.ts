import type { Fallback, FallbackType } from '../../api/routing.ts';

export type GraphNode = { readonly name: string; readonly x: number; readonly y: number };

export type GraphEdge = {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly type: FallbackType;
  /** 1 is tried first. */
  readonly place: number;
};

export type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
};

export const NODE = { width: 168, height: 34 } as const;
const GAP = { x: 92, y: 22 } as const;
const MARGIN = 8;

/** Models from left to right, each to the right of all that fall back to it. */
export function layoutGraph(fallbacks: readonly Fallback[]): Graph {
  const names = [...new Set(fallbacks.flatMap(({ model, targets }) => [model, ...targets]))];
  const columns = columnsOf(names, fallbacks);
  const filled = new Map<number, number>();
  const nodes = new Map<string, GraphNode>();
  for (const name of names) {
    const column = columns.get(name) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    const x = MARGIN + column * (NODE.width + GAP.x);
    const y = MARGIN + row * (NODE.height + GAP.y);
    nodes.set(name, { name, x, y });
  }
  const edges = fallbacks.flatMap(({ type, model, targets }) =>
    targets.flatMap((target, index) => {
      const [from, to] = [nodes.get(model), nodes.get(target)];
      return from === undefined || to === undefined ? [] : [{ from, to, type, place: index + 1 }];
    }),
  );
  const width = Math.max(0, ...Array.from(nodes.values(), ({ x }) => x + NODE.width)) + MARGIN;
  const height = Math.max(0, ...Array.from(nodes.values(), ({ y }) => y + NODE.height)) + MARGIN;
  return { nodes: [...nodes.values()], edges, width, height };
}

/**
 * The longest way to each. The gateway lets no circle of one kind in; of several kinds there may be one, which ends where
 * a way would be longer than there are models.
 */
function columnsOf(names: readonly string[], fallbacks: readonly Fallback[]): ReadonlyMap<string, number> {
  const columns = new Map(names.map((name) => [name, 0]));
  for (let round = 1; round < names.length; round += 1) {
    let moved = false;
    for (const { model, targets } of fallbacks) {
      const least = (columns.get(model) ?? 0) + 1;
      for (const target of targets) {
        if ((columns.get(target) ?? 0) >= least || least >= names.length) continue;
        columns.set(target, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return columns;
}

type Point = readonly [x: number, y: number];

/** Two kinds of fallbacks between the same two models lie beside one another. */
const OFFSET: Readonly<Record<FallbackType, number>> = { general: 0, context_window: 9, content_policy: -9 };
const ARROW = 6;

/** From the right side of one to the left side of the other: a cubic Bézier curve, by its four points. */
function curveOf({ from, to, type }: GraphEdge): readonly [Point, Point, Point, Point] {
  const middle = NODE.height / 2 + OFFSET[type];
  const [x1, y1] = [from.x + NODE.width, from.y + middle];
  const [x2, y2] = [to.x - ARROW, to.y + middle];
  const bend = Math.max(36, Math.abs(x2 - x1) / 2);
  return [
    [x1, y1],
    [x1 + bend, y1],
    [x2 - bend, y2],
    [x2, y2],
  ];
}

export function pathOf(edge: GraphEdge): string {
  const [start, ...others] = curveOf(edge).map((point) => point.join(' '));
  return `M ${start} C ${others.join(', ')}`;
}

/** How far along each kind has its numbers, so that none covers another. */
const LABEL_AT: Readonly<Record<FallbackType, number>> = { general: 0.3, context_window: 0.55, content_policy: 0.75 };

/** Where the number of an edge stands: on the curve, a little further the later it is tried. */
export function labelOf(edge: GraphEdge): Point {
  const t = LABEL_AT[edge.type] + Math.min(0.18, 0.06 * (edge.place - 1));
  const [a, b, c, d] = curveOf(edge);
  const at = (axis: 0 | 1): number =>
    (1 - t) ** 3 * a[axis] + 3 * (1 - t) ** 2 * t * b[axis] + 3 * (1 - t) * t ** 2 * c[axis] + t ** 3 * d[axis];
  return [at(0), at(1)];
}
