import { createHash } from 'node:crypto';
import type { CustomTool, FunctionTool, Tool } from '../../inference/index.ts';
import { flatToolName } from './tool-name.ts';

/** OpenAI's, Anthropic's and Gemini's bound. */
const MOST_LETTERS = 64;
const HASH_LETTERS = 8;

type ClientTool = FunctionTool | CustomTool;
type Named = { readonly name: string; readonly namespace: string | null };

/** Names of the client's tools for an upstream that knows functions only, and back. */
export type ToolNames = {
  /** No tool needs another name or kind. */
  readonly areOwn: boolean;
  readonly wireName: (tool: Named) => string;
  /** A tool that goes by this name upstream and is known to the client otherwise. */
  readonly toolOf: (wireName: string) => ClientTool | undefined;
};

export function toolNames(tools: readonly Tool[]): ToolNames {
  const own = tools.filter((tool) => tool.type !== 'server');
  const foreign = own.filter(({ type, namespace }) => type === 'custom' || namespace !== null);
  const taken = new Set(own.filter(({ namespace }) => namespace === null).map(({ name }) => name));
  const byTool = new Map<string, string>();
  const byWire = new Map<string, ClientTool>();
  for (const tool of foreign) {
    const wire = freeName(tool, taken);
    taken.add(wire);
    byTool.set(keyOf(tool), wire);
    byWire.set(wire, tool);
  }
  return {
    areOwn: foreign.length === 0,
    wireName: (tool) => byTool.get(keyOf(tool)) ?? fitting(tool),
    toolOf: (wire) => byWire.get(wire),
  };
}

/** A name that another tool has already is told apart by a few letters of the hash of both its names. */
function freeName(tool: Named, taken: ReadonlySet<string>): string {
  const wire = fitting(tool);
  return tool.namespace !== null && taken.has(wire) ? hashed(tool, wire) : wire;
}

function fitting(tool: Named): string {
  const flat = flatToolName(tool);
  return tool.namespace === null || flat.length <= MOST_LETTERS ? flat : hashed(tool, flat);
}

function hashed(tool: Named, flat: string): string {
  const hash = createHash('sha256').update(keyOf(tool)).digest('hex').slice(0, HASH_LETTERS);
  return `${flat.slice(0, MOST_LETTERS - HASH_LETTERS - 1)}_${hash}`;
}

function keyOf({ name, namespace }: Named): string {
  return JSON.stringify([namespace, name]);
}
