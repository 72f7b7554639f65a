import type { ReactNode } from 'react';
import { type ModelRow, perMillion } from '../../api/models.ts';
import { decimalUsd } from '../../format/money.ts';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import type { CsvValue } from '../../table/csv.ts';
import { abilitiesOf } from './abilities.ts';
import { PriceText } from './price-text.tsx';

const words = m.models;

export type ModelFact = {
  readonly name: string;
  readonly of: (model: ModelRow) => ReactNode;
  readonly saved: (model: ModelRow) => CsvValue;
};

/** What is known of a model, in the order that people ask for it: of one, or of several beside one another. */
export const modelFacts: readonly ModelFact[] = [
  text(words.provider, ({ owned_by: provider }) => provider),
  count(words.context, ({ context_length: length }) => length),
  count(words.maxOutput, ({ top_provider: provider }) => provider.max_completion_tokens),
  price(words.input, ({ prompt }) => prompt),
  price(words.output, ({ completion }) => completion),
  price(words.cacheRead, ({ input_cache_read: read }) => read),
  price(words.cacheWrite, ({ input_cache_write: write }) => write),
  text(words.can, (model) => abilitiesOf(model).join(', ')),
  text(words.takes, ({ architecture }) => architecture.input_modalities.join(', ')),
  text(words.gives, ({ architecture }) => architecture.output_modalities.join(', ')),
  text(words.parameters, ({ supported_parameters: parameters }) => parameters.join(', ')),
];

function text(name: string, of: (model: ModelRow) => string): ModelFact {
  return { name, of, saved: of };
}

function count(name: string, saved: (model: ModelRow) => number | null): ModelFact {
  const of = (model: ModelRow): string | null => {
    const known = saved(model);
    return known === null ? null : formatCount(known);
  };
  return { name, of, saved };
}

function price(name: string, perToken: (pricing: ModelRow['pricing']) => string | undefined): ModelFact {
  return {
    name,
    of: ({ pricing }) => <PriceText perToken={perToken(pricing)} />,
    saved: ({ pricing }) => {
      const nano = perMillion(perToken(pricing));
      return nano === null ? null : decimalUsd(nano);
    },
  };
}
