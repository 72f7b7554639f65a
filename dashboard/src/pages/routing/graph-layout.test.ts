import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fallback } from '../../api/routing.ts';
import { layoutGraph, NODE } from './graph-layout.ts';

const general = (model: string, ...targets: readonly string[]): Fallback => ({ type: 'general', model, targets });

test('who is fallen back to stands to the right of all who fall back to it, and nobody on another', () => {
  const { nodes, edges, width, height } = layoutGraph([general('a', 'b', 'c'), general('b', 'c'), general('d', 'c')]);
  const at = new Map(nodes.map((node) => [node.name, node]));
  const x = (name: string): number => at.get(name)?.x ?? Number.NaN;
  assert.ok(x('a') < x('b') && x('b') < x('c'));
  assert.equal(x('a'), x('d'));
  assert.equal(new Set(nodes.map(({ x: left, y }) => `${left} ${y}`)).size, nodes.length);
  assert.deepEqual(
    edges.map(({ from, to, place }) => [from.name, to.name, place]),
    [
      ['a', 'b', 1],
      ['a', 'c', 2],
      ['b', 'c', 1],
      ['d', 'c', 1],
    ],
  );
  assert.ok(nodes.every((node) => node.x + NODE.width <= width && node.y + NODE.height <= height));
});

test('a circle of several kinds is drawn all the same', () => {
  const { nodes } = layoutGraph([general('a', 'b'), { type: 'context_window', model: 'b', targets: ['a'] }]);
  assert.deepEqual(nodes.map(({ name }) => name).sort(), ['a', 'b']);
});
