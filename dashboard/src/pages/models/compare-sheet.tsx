import { CloseButton, Group, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Endpoint, endpointsQuery, type ModelRow } from '../../api/models.ts';
import { SideSheet } from '../../form/side-sheet.tsx';
import { formatCount, formatDuration, formatShare } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import type { CsvValue } from '../../table/csv.ts';
import { type SmallColumn, SmallTable } from '../../table/small-table.tsx';
import { modelFacts } from './model-facts.tsx';

const words = m.models;

type Props = {
  readonly models: readonly ModelRow[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRemove: (id: string) => void;
};

/** Two to four models, each a column: what they cost and can do, and how the best of their deployments do. */
export function CompareSheet({ models, isOpen, onClose, onRemove }: Props) {
  const answers = useQueries({ queries: models.map(({ id }) => ({ ...endpointsQuery(id), enabled: isOpen })) });
  const rows: readonly Compared[] = [
    ...modelFacts.map(({ name, of, saved }) => ({
      name,
      values: models.map((model) => ({ saved: saved(model), shown: of(model) })),
    })),
    ...doings.map(({ name, of }) => ({
      name,
      values: answers.map(({ data = [] }) => ({ saved: of(data), shown: of(data) })),
    })),
  ];
  return (
    <SideSheet isOpen={isOpen} title={words.compareTitle} onClose={onClose} size={1080}>
      <SmallTable
        name={words.compareTitle}
        rows={rows}
        columns={[
          { id: 'name', header: words.fact, isRowName: true, width: 180, value: ({ name }) => name },
          ...models.map((model, index) => columnOf(model.id, index, onRemove)),
        ]}
        rowId={({ name }) => name}
        leastPx={150}
        heading={
          <Text size="sm" c="dimmed">
            {words.perMillion}
          </Text>
        }
      />
    </SideSheet>
  );
}

/** One thing that is known of each model. */
type Compared = { readonly name: string; readonly values: readonly FactValue[] };
type FactValue = { readonly saved: CsvValue; readonly shown: ReactNode };

function columnOf(id: string, index: number, onRemove: (id: string) => void): SmallColumn<Compared> {
  return {
    id,
    header: id,
    head: (
      <Group justify="space-between" wrap="nowrap" gap={4}>
        {id}
        <CloseButton size="sm" aria-label={words.leaveOut(id)} onClick={() => onRemove(id)} />
      </Group>
    ),
    value: ({ values }) => values[index]?.saved,
    cell: ({ values }) => values[index]?.shown || '–',
  };
}

type Doing = { readonly name: string; readonly of: (endpoints: readonly Endpoint[]) => string };

const doings: readonly Doing[] = [
  { name: words.deployments, of: (endpoints) => String(endpoints.length) },
  {
    name: words.uptimeBest,
    of: (endpoints) =>
      bestOf(
        endpoints,
        ({ uptime_last_1d: percent }) => percent,
        'most',
        (best) => formatShare(best / 100),
      ),
  },
  {
    name: words.firstByteBest,
    of: (endpoints) =>
      bestOf(endpoints, ({ latency_last_30m: spread }) => spread?.p50 ?? null, 'least', formatDuration),
  },
  {
    name: words.throughputBest,
    of: (endpoints) =>
      bestOf(
        endpoints,
        ({ throughput_last_30m: spread }) => spread?.p50 ?? null,
        'most',
        (best) => formatCount(best),
      ),
  },
];

function bestOf(
  endpoints: readonly Endpoint[],
  of: (endpoint: Endpoint) => number | null,
  which: 'least' | 'most',
  format: (best: number) => string,
): string {
  const values = endpoints.flatMap((endpoint) => of(endpoint) ?? []);
  if (values.length === 0) return '';
  return format(which === 'least' ? Math.min(...values) : Math.max(...values));
}
