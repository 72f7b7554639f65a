import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deploymentsQuery, overlaysQuery } from '../../api/deployments.ts';
import { healthQuery } from '../../api/health.ts';
import { type Endpoint, endpointsQuery } from '../../api/models.ts';
import { Failure } from '../../app/failure.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { type CardHealth, DeploymentCard } from '../../deployments/deployment-card.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { DeploymentForm } from './deployment-form.tsx';
import { OperatorsDeployment } from './operators-deployment.tsx';
import { PriceText } from './price-text.tsx';

const words = m.models;

/** Whom calls of a model go to: for operators with all that they may do about it, for others as far as it is theirs. */
export function ModelDeployments({ model }: { readonly model: string }) {
  const may = useMay();
  const [isAdding, setAdding] = useState(false);
  const isOperators = may('health.details') && may('model.read') && may('overlay.list');
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{words.deployments}</Title>
        {may('model.create') ? (
          <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            {words.addDeployment}
          </Button>
        ) : null}
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {words.deploymentsHint}
      </Text>
      {isOperators ? <OperatorsDeployments model={model} /> : <Endpoints model={model} />}
      {isAdding ? <DeploymentForm model={model} onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

function OperatorsDeployments({ model }: { readonly model: string }) {
  const { data: rows, error, refetch } = useQuery(deploymentsQuery);
  const { data: health = [] } = useQuery(healthQuery);
  const { data: overlays = [] } = useQuery(overlaysQuery);
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (rows === undefined) return <PageLoading />;
  const theirs = rows.filter(({ model_name: name }) => name === model);
  // Names in `provider/model` mean a deployment that nobody has configured.
  if (theirs.length === 0) return <Endpoints model={model} />;
  return (
    <Stack gap="sm">
      {theirs.map((row) => (
        <OperatorsDeployment key={row.model_info.id} row={row} health={health} overlays={overlays} />
      ))}
    </Stack>
  );
}

function Endpoints({ model }: { readonly model: string }) {
  const { data, error, refetch } = useQuery(endpointsQuery(model));
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageLoading />;
  if (data.length === 0) return <Text size="sm">{words.noDeployments}</Text>;
  return (
    <Stack gap="sm">
      {data.map((endpoint) => (
        <DeploymentCard
          key={`${endpoint.tag} ${endpoint.name}`}
          name={endpoint.tag}
          sub={endpoint.name}
          health={healthOf(endpoint)}
          more={[
            [words.input, <PriceText key="input" perToken={endpoint.pricing.prompt} />],
            [words.output, <PriceText key="output" perToken={endpoint.pricing.completion} />],
          ]}
        />
      ))}
    </Stack>
  );
}

const OUTLIER = -1;
const STATES: Readonly<Record<number, CardHealth['state']>> = { [-2]: 'half-open', [-3]: 'open' };

function healthOf(endpoint: Endpoint): CardHealth {
  const { status, latency_last_30m: latency, throughput_last_30m: throughput } = endpoint;
  const share = (percent: number | null): number | null => (percent === null ? null : percent / 100);
  return {
    state: STATES[status] ?? 'closed',
    put_last: status === OUTLIER,
    rests_for_ms: 0,
    last_failure: null,
    uptime_last_5m: share(endpoint.uptime_last_5m),
    uptime_last_30m: share(endpoint.uptime_last_30m),
    uptime_last_1d: share(endpoint.uptime_last_1d),
    latency_ms_last_30m: latency,
    throughput_last_30m: throughput,
    in_flight: null,
    attempts_last_30m: null,
  };
}
