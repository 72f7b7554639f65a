import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { createKey, keysKey, type MadeKey } from '../../api/keys.ts';
import { AddButton } from '../../app/add-button.tsx';
import { LogIcon } from '../../app/log-link.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { useOpen } from '../../app/use-open.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { DataTable } from '../../table/data-table.tsx';
import { keyColumns } from './key-columns.tsx';
import { newKeyFields, newKeyOf } from './key-fields.ts';
import { KeyFilters } from './key-filters.tsx';
import { KeySheet } from './key-sheet.tsx';
import { nameOf } from './key-state.ts';
import { MadeKeyDialog } from './made-key.tsx';
import { useKeyUsage } from './use-key-usage.ts';
import { FIRST_SORT, useKeys } from './use-keys.ts';
import { useTeamChoices } from './use-team-choices.ts';

const words = m.keys;

export default function KeysPage() {
  const { pages, rows, everyRow, total, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useKeys();
  const [openId, open] = useOpen('/keys');
  const usage = useKeyUsage(pages);
  const columns = useMemo(() => keyColumns(usage), [usage]);
  const queries = useQueryClient();
  const mayCreate = useMay()('key.create');
  const fields = newKeyFields(useTeamChoices());
  const [{ team = '' }] = useUrlState();
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const create = mayCreate ? <AddButton onClick={() => setCreating(true)}>{words.create}</AddButton> : null;
  return (
    <PageFrame title={words.title} lead={words.lead} actions={create}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={columns}
        rowId={({ token_id: id }) => id}
        sortedFirst={FIRST_SORT}
        isAsked
        everyRow={everyRow}
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState title={words.empty} action={create}>
            {words.emptyHint}
          </EmptyState>
        }
        filters={<KeyFilters />}
        onOpen={({ token_id: id }) => open(id)}
        openId={openId}
        links={(row) => <LogIcon search={{ key: row.token_id }} name={nameOf(row)} />}
        total={total}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        isFetchingMore={isFetchingNextPage}
      />
      <KeySheet id={openId} onClose={() => open(null)} onMade={setMade} />
      {isCreating ? (
        <FieldsForm
          title={words.create}
          verb={words.create}
          fields={fields}
          beginning={{ team_id: team }}
          onClose={() => setCreating(false)}
          onSend={async (values) => {
            setMade(await createKey(newKeyOf(fields, values)));
            setCreating(false);
            await queries.invalidateQueries({ queryKey: keysKey });
          }}
        />
      ) : null}
      <MadeKeyDialog made={made} onClose={() => setMade(null)} />
    </PageFrame>
  );
}
