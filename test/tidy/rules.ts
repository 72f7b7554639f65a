import { homes, providerNames, purity, tableOwners } from './rules-calls.ts';
import { cycles, entrance, importTable, namedExports, orphans, publishers, support } from './rules-rooms.ts';
import {
  depth,
  fileSizes,
  folderSizes,
  functionSizes,
  loose,
  names,
  proportions,
  setFunctions,
  types,
} from './rules-shape.ts';
import type { Source, Violation } from './source.ts';

/** What rules know beside the sources. */
export type Known = { readonly tables: readonly string[]; readonly providerIds: readonly string[] };

export const RULES: Readonly<Record<string, (sources: readonly Source[], known: Known) => Violation[]>> = {
  'import table': importTable,
  entrance,
  'named exports': namedExports,
  cycles,
  orphans,
  support,
  publishers,
  homes,
  purity,
  'table owners': (sources, { tables }) => tableOwners(sources, tables),
  'provider names': (sources, { providerIds }) => providerNames(sources, providerIds),
  'file sizes': fileSizes,
  'function sizes': functionSizes,
  'folder sizes': folderSizes,
  depth,
  names,
  types,
  'set functions': setFunctions,
  loose,
  proportions,
};
