import { Alert, Button, Group, Text } from '@mantine/core';
import { IconPencil, IconSwitchHorizontal, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type DeploymentRow, deleteModel, deploymentsQuery, type Overlay } from '../../api/deployments.ts';
import { type DeploymentHealth, healthQuery } from '../../api/health.ts';
import { modelsQuery } from '../../api/models.ts';
import { DeploymentCard } from '../../deployments/deployment-card.tsx';
import { overlaysOn, shareOfTraffic, switchedBy } from '../../deployments/deployment-facts.ts';
import { Confirm } from '../../form/confirm.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { DeploymentForm } from './deployment-form.tsx';
import { LaidOverlays } from './laid-overlays.tsx';
import { OverlayForm } from './overlay-form.tsx';
import { PriceText } from './price-text.tsx';

const words = m.models;

type Props = {
  readonly row: DeploymentRow;
  readonly health: readonly DeploymentHealth[];
  readonly overlays: readonly Overlay[];
};

type Doing = 'nothing' | 'edit' | 'remove' | 'overlay';

/** A deployment with what may be done about it: a stored one is changed and deleted, any one is switched for a while. */
export function OperatorsDeployment({ row, health: all, overlays }: Props) {
  const [doing, setDoing] = useState<Doing>('nothing');
  const [notices, setNotices] = useState<readonly string[]>([]);
  const { litellm_params: params, model_info: info } = row;
  const id = String(info.id);
  const health = all.find((each) => each.model_id === id && each.model === row.model_name) ?? null;
  const laid = health === null ? [] : overlaysOn(health, overlays);
  const name = health === null ? String(params['model']) : `${health.credential}/${health.upstream_model}`;
  const stop = (): void => setDoing('nothing');
  const remove = useChange<string>({
    send: deleteModel,
    touches: [modelsQuery.queryKey, deploymentsQuery.queryKey, healthQuery.queryKey],
    done: () => words.removed,
  });
  return (
    <DeploymentCard
      name={name}
      sub={[id, info['litellm_provider'], info['region']].filter((part) => part != null).join(' · ')}
      health={health}
      off={info.off ?? (info.blocked ? words.blocked : null)}
      switched={switchedBy(laid)}
      share={health === null ? null : shareOfTraffic(health, all)}
      more={[
        [words.input, <PriceText key="input" perToken={textOf(info['input_cost_per_token'])} />],
        [words.output, <PriceText key="output" perToken={textOf(info['output_cost_per_token'])} />],
        [words.weight, String(params['weight'] ?? 1)],
        [words.order, String(params['order'] ?? 1)],
      ]}
    >
      <LaidOverlays overlays={laid} />
      {notices.length === 0 ? null : (
        <Alert variant="light" role="status" mt="xs" title={words.told}>
          {notices.join(' ')}
        </Alert>
      )}
      {info.db_model ? null : (
        <Text size="xs" c="dimmed" mt="xs">
          {words.inFile} <code>{info.defined_at ?? words.somewhere}</code>
        </Text>
      )}
      <Doings name={name} isStored={info.db_model} isInUse={health !== null} onDo={setDoing} />
      {doing === 'overlay' ? <OverlayForm id={id} name={name} onClose={stop} /> : null}
      {doing === 'edit' ? <DeploymentForm row={row} onClose={stop} onTold={setNotices} /> : null}
      <Confirm
        isOpen={doing === 'remove'}
        title={words.removeTitle(name)}
        verb={words.remove}
        word={row.model_name}
        onClose={stop}
        onConfirm={() => remove.mutateAsync(id)}
      >
        {words.removeHint}
      </Confirm>
    </DeploymentCard>
  );
}

/** No exponent: one comes behind it. */
const PICO_DIGITS = 12;

function textOf(price: unknown): string | undefined {
  return typeof price === 'number' ? price.toFixed(PICO_DIGITS) : undefined;
}

type DoingsProps = {
  readonly name: string;
  readonly isStored: boolean;
  readonly isInUse: boolean;
  readonly onDo: (doing: Doing) => void;
};

function Doings({ name, isStored, isInUse, onDo }: DoingsProps) {
  const may = useMay();
  const common = { size: 'xs', variant: 'default' } as const;
  return (
    <Group gap="xs" mt="sm">
      {isInUse && may('overlay.change') ? (
        <Button
          {...common}
          leftSection={<IconSwitchHorizontal size={15} />}
          aria-label={words.overlay.openOf(name)}
          onClick={() => onDo('overlay')}
        >
          {words.overlay.open}
        </Button>
      ) : null}
      {isStored && may('model.change') ? (
        <Button {...common} leftSection={<IconPencil size={15} />} onClick={() => onDo('edit')}>
          {words.edit}
        </Button>
      ) : null}
      {isStored && may('model.delete') ? (
        <Button {...common} c="var(--bad)" leftSection={<IconTrash size={15} />} onClick={() => onDo('remove')}>
          {words.remove}
        </Button>
      ) : null}
    </Group>
  );
}
