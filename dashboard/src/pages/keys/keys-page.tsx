import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createKey, keysKey, type MadeKey } from '../../api/keys.ts';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { DataTable } from '../../table/data-table.tsx';
import { keyColumns } from './key-columns.tsx';
import { KeyForm } from './key-form.tsx';
import { KeySheet } from './key-sheet.tsx';
import { newKeyOf, noValues } from './key-values.ts';
import { MadeKeyDialog } from './made-key.tsx';
import { FIRST_SORT, useKeys } from './use-keys.ts';

const words = m.keys;

export default function KeysPage() {
  const { rows, total, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useKeys();
  const [openId, open] = useOpen('/keys');
  const queries = useQueryClient();
  const mayCreate = useMay()('key.create');
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const create = mayCreate ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {words.create}
    </Button>
  ) : null;
  return (
    <PageFrame title={words.title} lead={words.lead} actions={create}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={keyColumns}
        rowId={({ token_id: id }) => id}
        sortedFirst={FIRST_SORT}
        isAsked
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState title={words.empty} action={create}>
            {words.emptyHint}
          </EmptyState>
        }
        onOpen={({ token_id: id }) => open(id)}
        openId={openId}
        total={total}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        isFetchingMore={isFetchingNextPage}
      />
      <KeySheet id={openId} onClose={() => open(null)} onMade={setMade} />
      {isCreating ? (
        <KeyForm
          title={words.create}
          verb={words.create}
          values={noValues}
          onClose={() => setCreating(false)}
          onSend={async (values) => {
            setMade(await createKey(newKeyOf(values)));
            setCreating(false);
            await queries.invalidateQueries({ queryKey: keysKey });
          }}
        />
      ) : null}
      <MadeKeyDialog made={made} onClose={() => setMade(null)} />
    </PageFrame>
  );
}
