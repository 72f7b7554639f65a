import { Stack, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SettingRow, settingsQuery } from '../../api/settings.ts';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RunningPanel } from './running-panel.tsx';
import { settingColumns } from './setting-columns.tsx';
import { SettingSheet } from './setting-sheet.tsx';

const words = m.settings;

export default function SettingsPage() {
  const { data, error, refetch } = useQuery(settingsQuery);
  const [{ set }, change] = useUrlState();
  const [openName, open] = useOpen('/settings');
  const onlySet = set === '1';
  const isShown = ({ source }: SettingRow): boolean => !onlySet || source !== 'default';
  return (
    <PageFrame title={words.title} lead={words.lead}>
      <Stack gap="md">
        {data === undefined ? null : <RunningPanel facts={data} />}
        <DataTable
          name={words.title}
          rows={data?.settings.filter(isShown)}
          columns={settingColumns}
          rowId={({ name }) => name}
          error={error}
          retry={() => void refetch()}
          empty={<EmptyState title={words.empty}>{words.emptyHint}</EmptyState>}
          filters={
            <Switch
              size="sm"
              label={words.only}
              checked={onlySet}
              onChange={(event) => change({ set: event.currentTarget.checked ? '1' : null })}
            />
          }
          onOpen={({ name }) => open(name)}
          openId={openName}
        />
      </Stack>
      <SettingSheet setting={data?.settings.find(({ name }) => name === openName) ?? null} onClose={() => open(null)} />
    </PageFrame>
  );
}
