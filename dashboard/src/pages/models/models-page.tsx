import { Button, Checkbox } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { deploymentsQuery } from '../../api/deployments.ts';
import { type ModelRow, modelsQuery } from '../../api/models.ts';
import { AddButton } from '../../app/add-button.tsx';
import { LogIcon } from '../../app/log-link.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { CompareSheet } from './compare-sheet.tsx';
import { DeploymentForm } from './deployment-form.tsx';
import { modelColumns } from './model-columns.tsx';
import { ModelSheet } from './model-sheet.tsx';
import { withStoredNames } from './stored-names.ts';

const words = m.models;
const MOST_COMPARED = 4;

export default function ModelsPage() {
  const may = useMay();
  const { data, error, refetch } = useQuery(modelsQuery);
  const { data: stored = [] } = useQuery({ ...deploymentsQuery, enabled: may('model.read') });
  const rows = useMemo(() => (data === undefined ? undefined : withStoredNames(data, stored)), [data, stored]);
  const [openId, open] = useOpen('/models');
  const [isAdding, setAdding] = useState(false);
  const compared = useCompared(rows ?? []);
  const columns = useMemo(
    () => [...modelColumns, compareColumn(compared.ids, compared.toggle)],
    [compared.ids, compared.toggle],
  );
  const add = may('model.create') ? <AddButton onClick={() => setAdding(true)}>{words.addModel}</AddButton> : null;
  return (
    <PageFrame title={words.title} lead={words.lead} actions={add}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={columns}
        rowId={({ id }) => id}
        sortedFirst="id"
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState title={words.empty} action={add}>
            {words.emptyHint}
          </EmptyState>
        }
        onOpen={({ id }) => open(id)}
        openId={openId}
        links={({ id }) => <LogIcon search={{ model: id }} name={id} />}
        filters={
          compared.models.length === 0 ? null : (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconColumns size={14} />}
              disabled={compared.models.length < 2}
              onClick={() => compared.show(true)}
            >
              {words.compareThese(compared.models.length)}
            </Button>
          )
        }
      />
      <ModelSheet model={rows?.find(({ id }) => id === openId) ?? null} onClose={() => open(null)} />
      <CompareSheet
        models={compared.models}
        isOpen={compared.isShown && compared.models.length > 0}
        onClose={() => compared.show(false)}
        onRemove={compared.toggle}
      />
      {isAdding ? <DeploymentForm onClose={() => setAdding(false)} /> : null}
    </PageFrame>
  );
}

/** Which models are compared, in the address: `?compare=a,b&beside=1`. */
function useCompared(rows: readonly ModelRow[]) {
  const [url, change] = useUrlState();
  const text = url['compare'] ?? '';
  return useMemo(() => {
    const ids = text === '' ? [] : text.split(',').slice(0, MOST_COMPARED);
    const toggle = (id: string): void => {
      const next = ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
      change({ compare: next.length === 0 ? null : next.join(',') });
    };
    return {
      ids,
      models: ids.flatMap((id) => rows.find((row) => row.id === id) ?? []),
      toggle,
      isShown: url['beside'] === '1',
      show: (isShown: boolean) => change({ beside: isShown ? '1' : null }, 'push'),
    };
  }, [text, url, rows, change]);
}

function compareColumn(ids: readonly string[], toggle: (id: string) => void): Column<ModelRow> {
  return {
    id: 'compare',
    header: words.compare,
    width: 90,
    isSortable: false,
    value: () => null,
    cell: ({ id }) => (
      <Checkbox
        size="xs"
        aria-label={words.compareOne(id)}
        checked={ids.includes(id)}
        disabled={!ids.includes(id) && ids.length >= MOST_COMPARED}
        // A row opens where it is clicked.
        onClick={(event) => event.stopPropagation()}
        onChange={() => toggle(id)}
      />
    ),
  };
}
