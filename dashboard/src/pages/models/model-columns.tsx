import { Text } from '@mantine/core';
import { type ModelRow, perMillion } from '../../api/models.ts';
import { decimalUsd } from '../../format/money.ts';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { abilitiesOf } from './abilities.ts';
import { PriceText } from './price-text.tsx';

const words = m.models;

const price = (id: string, header: string, of: (row: ModelRow) => string | undefined): Column<ModelRow> => ({
  id,
  header,
  isNumber: true,
  width: 110,
  value: (row) => perMillion(of(row)),
  csv: (row) => {
    const nano = perMillion(of(row));
    return nano === null ? null : decimalUsd(nano);
  },
  cell: (row) => <PriceText perToken={of(row)} />,
});

const count = (id: string, header: string, of: (row: ModelRow) => number | null): Column<ModelRow> => ({
  id,
  header,
  isNumber: true,
  width: 110,
  value: of,
  cell: (row) => {
    const value = of(row);
    return value === null ? '–' : formatCount(value);
  },
});

export const modelColumns: readonly Column<ModelRow>[] = [
  {
    id: 'id',
    header: words.name,
    value: ({ id }) => id,
    cell: ({ id }) => (
      <Text component="span" size="sm" fw={550}>
        {id}
      </Text>
    ),
  },
  { id: 'provider', header: words.provider, value: ({ owned_by }) => owned_by },
  count('context', words.context, (row) => row.context_length),
  count('output_limit', words.maxOutput, (row) => row.top_provider.max_completion_tokens),
  price('input', words.input, (row) => row.pricing.prompt),
  price('output', words.output, (row) => row.pricing.completion),
  price('cache_read', words.cacheRead, (row) => row.pricing.input_cache_read),
  { ...price('cache_write', words.cacheWrite, (row) => row.pricing.input_cache_write), isExtra: true },
  { id: 'can', header: words.can, value: (row) => abilitiesOf(row).join(', ') || null },
  {
    id: 'takes',
    header: words.takes,
    value: (row) => row.architecture.input_modalities.join(', '),
    isExtra: true,
  },
  { id: 'gives', header: words.gives, value: (row) => row.architecture.output_modalities.join(', '), isExtra: true },
  { id: 'parameters', header: words.parameters, value: (row) => row.supported_parameters.join(', '), isExtra: true },
];
