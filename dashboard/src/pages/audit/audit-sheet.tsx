import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type AuditRow, auditEntryQuery } from '../../api/audit.ts';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { IdText } from '../../app/id-text.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { DifferenceTable } from './difference-table.tsx';

const words = m.audit;

type Props = { readonly id: string | null; readonly onClose: () => void };

/** One change in full. */
export function AuditSheet({ id, onClose }: Props) {
  const { data, error, refetch } = useQuery({ ...auditEntryQuery(id ?? ''), enabled: id !== null });
  return (
    <SideSheet isOpen={id !== null} title={id === null ? null : words.entry(id)} onClose={onClose} size={680}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <PageLoading /> : null}
      {data === undefined ? null : <Entry entry={data} />}
    </SideSheet>
  );
}

function Entry({ entry }: { readonly entry: AuditRow }) {
  const { columns } = words;
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          [columns.what, <code key="what">{entry.what}</code>],
          [columns.target, <IdText key="target" id={entry.object_id} />],
          [columns.at, <TimeText key="at" at={entry.updated_at} />],
          [columns.who, entry.changed_by],
          [columns.actor, entry.changed_by_api_key === entry.changed_by ? null : entry.changed_by_api_key],
          [columns.ip, entry.ip],
        ]}
      />
      <DifferenceTable entry={entry} />
      <Facts
        facts={[
          [columns.hash, <IdText key="hash" id={entry.hash} />],
          [columns.previous, <code key="previous">{entry.previous_hash}</code>],
        ]}
      />
      <Group>
        <Button
          component={Link}
          to={`/audit?object_id=${encodeURIComponent(entry.object_id)}&range=90d`}
          size="xs"
          variant="default"
        >
          {words.all(entry.object_id)}
        </Button>
      </Group>
    </Stack>
  );
}
