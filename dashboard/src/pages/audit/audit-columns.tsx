import type { AuditRow } from '../../api/audit.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';

const words = m.audit.columns;

const columns: readonly Column<AuditRow>[] = [
  { id: 'at', header: words.at, value: (row) => row.updated_at, cell: (row) => <TimeText at={row.updated_at} /> },
  { id: 'who', header: words.who, value: (row) => row.changed_by },
  { id: 'what', header: words.what, value: (row) => row.what, cell: (row) => <code>{row.what}</code> },
  { id: 'target', header: words.target, value: (row) => row.object_id },
  { id: 'ip', header: words.ip, value: (row) => row.ip },
  { id: 'actor', header: words.actor, isExtra: true, value: (row) => row.changed_by_api_key },
  { id: 'id', header: words.id, isNumber: true, isExtra: true, value: (row) => Number(row.id) },
  { id: 'hash', header: words.hash, isExtra: true, value: (row) => row.hash },
];

/** The order is that of the chain. */
export const auditColumns = columns.map((column) => ({ ...column, isSortable: false }));
