import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { addressOf } from '../../api/client.ts';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { DataTable } from '../../table/data-table.tsx';
import { UrlFilters } from '../../table/url-filters.tsx';
import { RangePicker } from '../../time-range/range-picker.tsx';
import { auditColumns } from './audit-columns.tsx';
import { auditFilters } from './audit-filters.ts';
import { AuditSheet } from './audit-sheet.tsx';
import { useAudit } from './use-audit.ts';
import { useVerifyAudit } from './verify-audit.tsx';

const words = m.audit;

export default function AuditPage() {
  const { rows, total, everyRow, error, refetch, more, isFetchingNextPage, values, asked, range, setRange } =
    useAudit();
  const [openId, open] = useOpen('/audit');
  const verify = useVerifyAudit();
  const actions = (
    <>
      <Button
        component="a"
        href={addressOf('/audit', { ...asked, format: 'csv' })}
        download
        size="xs"
        variant="default"
        leftSection={<IconDownload size={15} />}
      >
        {words.file}
      </Button>
      {verify.button}
      <RangePicker range={range} onChange={setRange} />
    </>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={actions}>
      {verify.outcome}
      <DataTable
        name={words.title}
        rows={rows}
        columns={auditColumns}
        rowId={({ id }) => id}
        isAsked
        everyRow={everyRow}
        error={error}
        retry={() => void refetch()}
        empty={<EmptyState title={words.empty}>{words.emptyHint}</EmptyState>}
        filters={<UrlFilters filters={auditFilters} values={values} />}
        onOpen={({ id }) => open(id)}
        openId={openId}
        total={total}
        onEnd={more}
        isFetchingMore={isFetchingNextPage}
      />
      <AuditSheet id={openId} onClose={() => open(null)} />
    </PageFrame>
  );
}
