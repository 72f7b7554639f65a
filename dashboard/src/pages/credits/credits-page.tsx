import { Button, Select } from '@mantine/core';
import { IconCoins, IconReceiptRefund } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery, type CreditRow, organizationsQuery } from '../../api/credits.ts';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { CreditAccountView } from './credit-account.tsx';
import { CreditForm } from './credit-form.tsx';

const words = m.credits;

export default function CreditsPage() {
  const { data: organizations, error } = useQuery(organizationsQuery);
  const [openId, open] = useOpen('/credits');
  const [doing, setDoing] = useState<CreditRow['kind'] | null>(null);
  const mayBook = useMay()('credits.change');
  const chosen = openId ?? (organizations?.length === 1 ? (organizations[0]?.organization_id ?? null) : null);
  const name =
    organizations?.find(({ organization_id: id }) => id === chosen)?.organization_alias ?? chosen ?? words.organization;
  const actions = (
    <>
      <Select
        size="xs"
        w={220}
        searchable
        aria-label={words.organization}
        placeholder={words.choose}
        data={(organizations ?? []).map(({ organization_id: value, organization_alias: alias }) => ({
          value,
          label: alias ?? value,
        }))}
        value={chosen}
        onChange={open}
      />
      {mayBook && chosen !== null ? (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconReceiptRefund size={15} />}
            onClick={() => setDoing('refund')}
          >
            {words.refund}
          </Button>
          <Button size="xs" leftSection={<IconCoins size={15} />} onClick={() => setDoing('grant')}>
            {words.grant}
          </Button>
        </>
      ) : null}
    </>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={actions}>
      {error === null ? null : <Failure error={error} />}
      {organizations?.length === 0 ? <EmptyState title={words.none}>{words.noneHint}</EmptyState> : null}
      {chosen === null && (organizations?.length ?? 0) > 0 ? (
        <EmptyState title={words.choose}>{words.chooseHint}</EmptyState>
      ) : null}
      {chosen === null ? null : <Account organizationId={chosen} />}
      {doing === null || chosen === null ? null : (
        <CreditForm kind={doing} organizationId={chosen} name={name} onClose={() => setDoing(null)} />
      )}
    </PageFrame>
  );
}

function Account({ organizationId }: { readonly organizationId: string }) {
  const { data, error, refetch } = useQuery(accountQuery(organizationId));
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  return <CreditAccountView account={data} />;
}
