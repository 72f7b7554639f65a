import type { ReactNode } from 'react';
import type { ModelRow } from '../../api/models.ts';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { abilitiesOf } from './abilities.ts';
import { PriceText } from './price-text.tsx';

const words = m.models;

type ModelFact = { readonly name: string; readonly of: (model: ModelRow) => ReactNode };

/** What is known of a model, in the order that people ask for it: of one, or of several beside one another. */
export const modelFacts: readonly ModelFact[] = [
  { name: words.provider, of: ({ owned_by: provider }) => provider },
  { name: words.context, of: ({ context_length: length }) => countOrNone(length) },
  { name: words.maxOutput, of: ({ top_provider: provider }) => countOrNone(provider.max_completion_tokens) },
  { name: words.input, of: ({ pricing }) => <PriceText perToken={pricing.prompt} /> },
  { name: words.output, of: ({ pricing }) => <PriceText perToken={pricing.completion} /> },
  { name: words.cacheRead, of: ({ pricing }) => <PriceText perToken={pricing.input_cache_read} /> },
  { name: words.cacheWrite, of: ({ pricing }) => <PriceText perToken={pricing.input_cache_write} /> },
  { name: words.can, of: (model) => abilitiesOf(model).join(', ') },
  { name: words.takes, of: ({ architecture }) => architecture.input_modalities.join(', ') },
  { name: words.gives, of: ({ architecture }) => architecture.output_modalities.join(', ') },
  { name: words.parameters, of: ({ supported_parameters: parameters }) => parameters.join(', ') },
];

function countOrNone(count: number | null): string | null {
  return count === null ? null : formatCount(count);
}
