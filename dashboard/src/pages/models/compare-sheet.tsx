import { CloseButton, Group } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Endpoint, endpointsQuery, type ModelRow } from '../../api/models.ts';
import { SideSheet } from '../../form/side-sheet.tsx';
import { formatCount, formatDuration, formatShare } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import classes from './compare-sheet.module.css';
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
  const endpoints = answers.map(({ data }) => data ?? []);
  return (
    <SideSheet isOpen={isOpen} title={words.compareTitle} onClose={onClose} size={1080}>
      <section className={classes['scroll']} aria-label={words.compareTitle} tabIndex={-1}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <td />
              {models.map(({ id }) => (
                <th key={id} scope="col">
                  <Group justify="space-between" wrap="nowrap" gap={4}>
                    {id}
                    <CloseButton size="sm" aria-label={words.leaveOut(id)} onClick={() => onRemove(id)} />
                  </Group>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {modelFacts.map(({ name, of }) => (
              <Row key={name} name={name} values={models.map((model) => [model.id, of(model)])} />
            ))}
            {doings.map(({ name, of }) => (
              <Row key={name} name={name} values={models.map(({ id }, index) => [id, of(endpoints[index] ?? [])])} />
            ))}
          </tbody>
        </table>
      </section>
    </SideSheet>
  );
}

type RowProps = { readonly name: string; readonly values: readonly (readonly [id: string, value: ReactNode])[] };

function Row({ name, values }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map(([id, value]) => (
        <td key={id}>{value === null || value === '' ? '–' : value}</td>
      ))}
    </tr>
  );
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
