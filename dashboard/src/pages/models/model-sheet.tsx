import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Endpoint, endpointsQuery, type ModelRow } from '../../api/models.ts';
import { CopyButton } from '../../app/copy-button.tsx';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { LogButton } from '../../app/log-link.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { StatusDot, type Tone } from '../../app/status-dot.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { formatCount, formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import classes from './model-sheet.module.css';
import { PriceText } from './price-text.tsx';

const words = m.models;

export function ModelSheet({ model, onClose }: { readonly model: ModelRow | null; readonly onClose: () => void }) {
  return (
    <SideSheet isOpen={model !== null} title={model?.id} onClose={onClose}>
      {model === null ? null : <Model model={model} />}
    </SideSheet>
  );
}

function Model({ model }: { readonly model: ModelRow }) {
  const { pricing, architecture } = model;
  return (
    <Stack gap="lg">
      <Group gap="xs">
        <CopyButton text={model.id} />
        <LogButton search={{ model: model.id }} />
      </Group>
      <Facts
        facts={[
          [words.provider, model.owned_by],
          [words.context, model.context_length === null ? null : formatCount(model.context_length)],
          [words.maxOutput, maxOutputOf(model)],
          [words.input, <PriceText key="input" perToken={pricing.prompt} />],
          [words.output, <PriceText key="output" perToken={pricing.completion} />],
          [words.cacheRead, <PriceText key="read" perToken={pricing.input_cache_read} />],
          [words.cacheWrite, <PriceText key="write" perToken={pricing.input_cache_write} />],
          [words.takes, architecture.input_modalities.join(', ')],
          [words.gives, architecture.output_modalities.join(', ')],
          [words.parameters, model.supported_parameters.join(', ')],
        ]}
      />
      <Endpoints model={model.id} />
    </Stack>
  );
}

function maxOutputOf({ top_provider: { max_completion_tokens: most } }: ModelRow): string | null {
  return most === null ? null : formatCount(most);
}

function Endpoints({ model }: { readonly model: string }) {
  const { data, error, refetch } = useQuery(endpointsQuery(model));
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageLoading />;
  return (
    <div>
      <Title order={2} mb={4}>
        {words.deployments}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {data.length === 0 ? words.noDeployments : words.deploymentsHint}
      </Text>
      <Stack gap="sm">
        {data.map((endpoint) => (
          <EndpointCard key={`${endpoint.tag} ${endpoint.name}`} endpoint={endpoint} />
        ))}
      </Stack>
    </div>
  );
}

const STATUS: Readonly<Record<string, readonly [Tone, string]>> = {
  '0': ['good', words.well],
  '-1': ['warn', words.outlier],
  '-2': ['warn', words.trying],
  '-3': ['bad', words.resting],
};

function EndpointCard({ endpoint }: { readonly endpoint: Endpoint }) {
  const { tag, name, status, pricing, uptime_last_1d: uptime, latency_last_30m, throughput_last_30m } = endpoint;
  const [tone, word] = STATUS[String(status)] ?? ['quiet', String(status)];
  return (
    <div className={classes['endpoint']}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {tag}
        </Text>
        <StatusDot tone={tone}>{word}</StatusDot>
      </Group>
      <Text size="xs" c="dimmed">
        {name}
        {uptime === null ? '' : ` · ${words.uptime(`${uptime} %`)}`}
      </Text>
      <div className={classes['figures']}>
        <Figure name={words.input}>
          <PriceText perToken={pricing.prompt} />
        </Figure>
        <Figure name={words.output}>
          <PriceText perToken={pricing.completion} />
        </Figure>
        <Figure name={words.firstByte}>{formatDuration(latency_last_30m?.p50)}</Figure>
        <Figure name={words.throughput}>
          {throughput_last_30m === null ? '–' : String(Math.round(throughput_last_30m.p50))}
        </Figure>
      </div>
    </div>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <small>{name}</small>
      <span>{children}</span>
    </div>
  );
}
