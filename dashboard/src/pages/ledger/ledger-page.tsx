import { Button, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { holdsQuery, type LedgerStatus, ledgerQuery, readEveryHold, verifyLedger } from '../../api/ledger.ts';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { DataTable } from '../../table/data-table.tsx';
import { holdColumns, instanceColumns, uncertainColumns } from './ledger-columns.tsx';
import { LedgerTiles } from './ledger-tiles.tsx';
import { LedgerVerdict } from './ledger-verdict.tsx';

const words = m.ledger;

export default function LedgerPage() {
  const { data, error, refetch } = useQuery(ledgerQuery);
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: verifyLedger,
    onSettled: () => queries.invalidateQueries({ queryKey: ledgerQuery.queryKey }),
  });
  const isAllowed = useMay()('ledger.verify');
  const button = (
    <Tooltip label={words.mayNot} disabled={isAllowed}>
      <Button
        size="xs"
        leftSection={<IconScale size={15} />}
        loading={verify.isPending}
        {...(isAllowed ? { onClick: () => verify.mutate() } : { 'data-disabled': true, 'aria-disabled': true })}
      >
        {words.verify}
      </Button>
    </Tooltip>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={button}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      <div role="status">
        {verify.error === null ? null : <Failure error={verify.error} />}
        {verify.data === undefined ? null : <LedgerVerdict facts={verify.data} />}
      </div>
      {data === undefined ? null : <LedgerTiles status={data} />}
      <Books status={data} />
    </PageFrame>
  );
}

function Books({ status }: { readonly status: LedgerStatus | undefined }) {
  const openCall = useOpenCall();
  return (
    <Stack gap="md">
      <section>
        <Title order={2} mb="xs">
          {words.instances}
        </Title>
        <DataTable
          name={words.instances}
          rows={status?.instances}
          columns={instanceColumns}
          rowId={({ id }) => id}
          empty={<EmptyState title={words.noInstances}>{words.noInstancesHint}</EmptyState>}
        />
      </section>
      <Holds />
      <section>
        <Title order={2}>{words.uncertain}</Title>
        <Text size="sm" c="dimmed" mb="xs">
          {words.uncertainHint}
        </Text>
        <DataTable
          name={words.uncertain}
          rows={status?.uncertain}
          columns={uncertainColumns}
          rowId={({ id, kind }) => `${kind} ${id}`}
          empty={<EmptyState title={words.noUncertain}>{words.noUncertainHint}</EmptyState>}
          onOpen={openCall}
        />
      </section>
    </Stack>
  );
}

/** Calls that money is held for at this moment: the oldest are those that may hang. */
function Holds() {
  const { data, error, refetch } = useQuery(holdsQuery);
  const openCall = useOpenCall();
  return (
    <section>
      <Title order={2}>{words.holds}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {words.holdsHint}
      </Text>
      <DataTable
        name={words.holds}
        rows={data?.holds}
        columns={holdColumns}
        rowId={({ id }) => id}
        sortedFirst="since"
        error={error}
        retry={() => void refetch()}
        total={data?.total}
        everyRow={readEveryHold}
        empty={<EmptyState title={words.noHolds}>{words.noHoldsHint}</EmptyState>}
        onOpen={openCall}
      />
    </section>
  );
}

function useOpenCall() {
  const navigate = useNavigate();
  return ({ id }: { readonly id: string }): void => void navigate({ to: `/logs/${encodeURIComponent(id)}` } as never);
}
