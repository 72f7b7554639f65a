import { Alert, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type SignOnProvider, type SignOnSettings, signOnSettingsQuery } from '../../api/sign-on.ts';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { IdText } from '../../app/id-text.tsx';
import { EmptyState, PageLoading } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { formatSpan } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const words = m.signOn;

/** How people sign in, as the configuration says: nothing of it is changed here. */
export function ProvidersTab() {
  const { data, error, refetch } = useQuery(signOnSettingsQuery);
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageLoading />;
  return (
    <Stack gap="md">
      <Alert variant="light" icon={<IconLock size={18} />}>
        {words.managed}
      </Alert>
      <General settings={data} />
      {data.providers.length === 0 ? (
        <Panel>
          <EmptyState title={words.noProviders}>{words.noProvidersHint}</EmptyState>
        </Panel>
      ) : null}
      {data.providers.map((provider) => (
        <Provider key={provider.id} provider={provider} />
      ))}
    </Stack>
  );
}

function General({ settings }: { readonly settings: SignOnSettings }) {
  const { public_url: url, session, redirect_uri: redirect, back_channel_logout_uri: backChannel } = settings;
  return (
    <Panel title={words.settings}>
      <Facts
        facts={[
          [words.publicUrl, url ?? words.asBrowsers],
          [words.idle, formatSpan(session.idle_seconds)],
          [words.lifetime, formatSpan(session.lifetime_seconds)],
          [words.redirect, <IdText key="redirect" id={redirect} />],
          [words.backChannel, <IdText key="back" id={backChannel} />],
        ]}
      />
    </Panel>
  );
}

function Provider({ provider }: { readonly provider: SignOnProvider }) {
  const names = words.provider;
  return (
    <Panel title={provider.name}>
      <Facts
        facts={[
          [names.id, <code key="id">{provider.id}</code>],
          [names.issuer, provider.issuer],
          [names.endpoint, provider.authorization_endpoint],
          [names.client, provider.client_id],
          [names.secret, provider.has_client_secret ? names.secretSet : names.noSecret],
          [names.scopes, provider.scopes.join(' ')],
          [names.claims, mapText(provider.claims)],
          [names.roles, mapText(provider.roles)],
          [names.teams, mapText(provider.teams)],
          [names.role, provider.default_role],
          [names.domains, provider.email_domains.join(', ') || names.anyDomain],
          [names.create, provider.create_users ? names.creates : names.createsNot],
          [names.trust, provider.trust_email ? names.trusts : names.trustsNot],
        ]}
      />
    </Panel>
  );
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.entries(map)
    .map(([from, to]) => `${from} → ${to}`)
    .join(', ');
