import { Stack, Text, Title } from '@mantine/core';
import type { SettingRow } from '../../api/settings.ts';
import { Facts } from '../../app/facts.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { m } from '../../messages/index.ts';

const words = m.settings;

/** One setting in full, and how it is changed. */
export function SettingSheet({
  setting,
  onClose,
}: {
  readonly setting: SettingRow | null;
  readonly onClose: () => void;
}) {
  return (
    <SideSheet isOpen={setting !== null} title={setting?.name} onClose={onClose}>
      {setting === null ? null : (
        <Stack gap="lg">
          <Facts
            facts={[
              [words.columns.value, setting.value ?? words.unset],
              [words.columns.source, words.sources[setting.source]],
              [words.columns.at, setting.at === null ? null : <code key="at">{setting.at}</code>],
              [words.columns.description, setting.description],
            ]}
          />
          <div>
            <Title order={3} mb={4}>
              {words.how}
            </Title>
            <Text size="sm">{words.hows[setting.source]}</Text>
          </div>
        </Stack>
      )}
    </SideSheet>
  );
}
