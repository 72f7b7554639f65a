import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { AddButton } from '../app/add-button.tsx';
import { LogIcon } from '../app/log-link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { EmptyState } from '../app/page-states.tsx';
import { useOpen } from '../app/use-open.ts';
import { newBody } from '../form/fields.tsx';
import { FieldsForm } from '../form/fields-form.tsx';
import { useChange } from '../form/use-change.ts';
import { m } from '../messages/index.ts';
import { useMay } from '../session/session.ts';
import { DataTable } from '../table/data-table.tsx';
import { columnsOf } from './party-columns.tsx';
import { fieldsOf, type PartyKind } from './party-kind.ts';
import { PartySheet } from './party-sheet.tsx';

/** The list of a kind, the one that is open, and the form for a new one. */
export function PartyPage({ kind }: { readonly kind: PartyKind }) {
  const words = m.parties.kinds[kind.page];
  const queryKey = ['parties', kind.page] as const;
  const { data: rows, error, refetch } = useQuery({ queryKey, queryFn: ({ signal }) => kind.list(signal) });
  const [openId, open] = useOpen(`/${kind.page}`);
  const [isCreating, setCreating] = useState(false);
  const make = useChange({ send: kind.create, touches: [queryKey], done: () => m.parties.made(words.one) });
  const create = useMay()(`${kind.action}.create`) ? (
    <AddButton onClick={() => setCreating(true)}>{words.create}</AddButton>
  ) : null;
  const fields = fieldsOf(kind);
  const { calls } = kind;
  return (
    <PageFrame title={words.title} lead={words.lead} actions={create}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={columnsOf(kind)}
        rowId={({ id }) => id}
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState title={words.empty} action={create}>
            {words.emptyHint}
          </EmptyState>
        }
        onOpen={({ id }) => open(id)}
        openId={openId}
        links={calls && (({ id, name }) => <LogIcon search={{ [calls]: id }} name={name ?? id} />)}
      />
      <PartySheet kind={kind} rows={rows} id={openId} onClose={() => open(null)} />
      {isCreating ? (
        <FieldsForm
          title={words.create}
          verb={words.create}
          fields={fields}
          onClose={() => setCreating(false)}
          onSend={async (values) => {
            await make.mutateAsync(newBody(fields, values));
            setCreating(false);
          }}
        />
      ) : null}
    </PageFrame>
  );
}
