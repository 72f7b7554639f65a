import { Group, Stack } from '@mantine/core';
import type { ModelRow } from '../../api/models.ts';
import { CopyButton } from '../../app/copy-button.tsx';
import { Facts } from '../../app/facts.tsx';
import { LogButton } from '../../app/log-link.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { ModelDeployments } from './model-deployments.tsx';
import { modelFacts } from './model-facts.tsx';

type Props = { readonly model: ModelRow | null; readonly onClose: () => void };

export function ModelSheet({ model, onClose }: Props) {
  return (
    <SideSheet isOpen={model !== null} title={model?.id} onClose={onClose} size={640}>
      {model === null ? null : (
        <Stack gap="lg">
          <Group gap="xs">
            <CopyButton text={model.id} />
            <LogButton search={{ model: model.id }} />
          </Group>
          <Facts facts={modelFacts.map(({ name, of }) => [name, of(model)])} />
          <ModelDeployments model={model.id} />
        </Stack>
      )}
    </SideSheet>
  );
}
