import { Stack } from '@mantine/core';
import type { RunningFacts } from '../../api/settings.ts';
import { Facts } from '../../app/facts.tsx';
import { Panel } from '../../app/panel.tsx';
import { m } from '../../messages/index.ts';

const words = m.settings;

/** Which program it is, and what it stands on. */
export function RunningPanel({ facts }: { readonly facts: RunningFacts }) {
  const { files, notices, schema } = facts;
  return (
    <Panel title={words.running}>
      <Facts
        facts={[
          [words.version, facts.version],
          [words.node, facts.node],
          [words.store, words.stores[facts.store]],
          [words.data, <code key="data">{facts.data_folder}</code>],
          [words.files, files.length === 0 ? words.noFile : `${files.join(', ')} ${words.schemas[schema]}`],
          [words.notices, notices.length === 0 ? null : <Notices key="notices" notices={notices} />],
        ]}
      />
    </Panel>
  );
}

function Notices({ notices }: { readonly notices: readonly string[] }) {
  return (
    <Stack gap={2}>
      {notices.map((notice) => (
        <span key={notice}>{notice}</span>
      ))}
    </Stack>
  );
}
