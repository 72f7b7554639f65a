import { type Fallback, fallbackTypes } from '../../api/routing.ts';
import { m } from '../../messages/index.ts';
import classes from './fallback-graph.module.css';
import { type GraphEdge, labelOf, layoutGraph, NODE, pathOf } from './graph-layout.ts';

const words = m.routing.fallbacks;
const LONGEST_NAME = 22;

type Props = {
  readonly fallbacks: readonly Fallback[];
  /** A model whose ways stand out; null: none. */
  readonly lit: string | null;
};

/** Who is tried after whom, as a picture; the list beside it says the same in words. */
export function FallbackGraph({ fallbacks, lit }: Props) {
  const { nodes, edges, width, height } = layoutGraph(fallbacks);
  const isLit = (edge: GraphEdge): boolean => lit === edge.from.name;
  const litNames = new Set(edges.filter(isLit).flatMap(({ from, to }) => [from.name, to.name]));
  const drawn = new Set(edges.map(({ type }) => type));
  return (
    <div>
      <svg
        className={classes['graph']}
        width={width}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={words.picture}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path className={classes['arrow']} d="M 0 0 L 8 4 L 0 8 z" />
          </marker>
        </defs>
        {edges.map((edge) => (
          <Edge key={`${edge.type} ${edge.from.name} ${edge.to.name}`} edge={edge} isLit={isLit(edge)} />
        ))}
        {nodes.map(({ name, x, y }) => (
          <g key={name} className={classes['node']} data-lit={litNames.has(name) || undefined}>
            <title>{name}</title>
            <rect x={x} y={y} width={NODE.width} height={NODE.height} rx={6} />
            <text x={x + NODE.width / 2} y={y + NODE.height / 2} textAnchor="middle" dominantBaseline="central">
              {name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name}
            </text>
          </g>
        ))}
      </svg>
      <ul className={classes['legend']}>
        {fallbackTypes
          .filter((type) => drawn.has(type))
          .map((type) => (
            <li key={type} className={classes['edge']} data-type={type}>
              <svg width={34} height={8} aria-hidden="true">
                <path d="M 0 4 L 34 4" />
              </svg>
              {words.types[type]}
            </li>
          ))}
      </ul>
    </div>
  );
}

function Edge({ edge, isLit }: { readonly edge: GraphEdge; readonly isLit: boolean }) {
  const { type, place } = edge;
  const [cx, cy] = labelOf(edge);
  return (
    <g className={classes['edge']} data-type={type} data-lit={isLit || undefined}>
      <path d={pathOf(edge)} markerEnd="url(#arrow)" />
      <circle cx={cx} cy={cy} r={8} />
      <text x={cx} y={cy} textAnchor="middle" dominantBaseline="central">
        {place}
      </text>
    </g>
  );
}
