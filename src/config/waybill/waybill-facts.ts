import type { FactsConfiguration } from '../configuration.ts';
import { withBothLimits } from '../settings/facts.ts';
import type { FactsEntry } from './schema-facts.ts';

/** What entries say of deployments, the nearest first; null: none says anything. */
export function readFacts(...entries: readonly (Partial<FactsEntry> | null | undefined)[]): FactsConfiguration | null {
  const given = entries.filter((entry) => entry !== null && entry !== undefined);
  const first = <Name extends keyof FactsEntry>(name: Name): FactsEntry[Name] | null =>
    given.find((entry) => entry[name] !== undefined)?.[name] ?? null;
  if (!NAMES.some((name) => first(name) !== null)) return null;
  const modality = (end: 'input' | 'output') =>
    given.find((entry) => entry.modalities?.[end] !== undefined)?.modalities?.[end] ?? null;
  const policy = (name: 'collects' | 'retains') =>
    given.find((entry) => entry.data?.[name] !== undefined)?.data?.[name] ?? null;
  const parameters = first('parameters') ?? null;
  return {
    region: first('region') ?? null,
    tags: first('tags') ?? null,
    quantization: first('quantization') ?? null,
    inputs: modality('input'),
    outputs: modality('output'),
    parameters: parameters === null ? null : withBothLimits(parameters),
    has: [],
    lacks: [],
    distillable: first('distillable') ?? null,
    data: { collects: policy('collects'), retains: policy('retains') },
  };
}

const NAMES: readonly (keyof FactsEntry)[] = [
  ...(['region', 'tags', 'quantization', 'modalities', 'parameters', 'distillable', 'data'] as const),
];
