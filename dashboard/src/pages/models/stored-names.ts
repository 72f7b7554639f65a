import type { DeploymentRow } from '../../api/deployments.ts';
import type { ModelRow } from '../../api/models.ts';
import { m } from '../../messages/index.ts';

/** A model all of whose stored deployments are off is in no list of models: here it can be put right. */
export function withStoredNames(
  models: readonly ModelRow[],
  deployments: readonly DeploymentRow[],
): readonly ModelRow[] {
  const known = new Set(models.map(({ id }) => id));
  const missing = new Set(deployments.map(({ model_name: name }) => name).filter((name) => !known.has(name)));
  return [...models, ...Array.from(missing, nothingKnown)];
}

function nothingKnown(id: string): ModelRow {
  return {
    id,
    owned_by: m.models.off,
    context_length: null,
    architecture: { input_modalities: [], output_modalities: [] },
    pricing: { prompt: '-1', completion: '-1' },
    top_provider: { max_completion_tokens: null },
    supported_parameters: [],
  };
}
