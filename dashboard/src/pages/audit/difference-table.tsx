import type { AuditRow } from '../../api/audit.ts';
import { exactUsd } from '../../format/money.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { SmallTable } from '../../table/small-table.tsx';
import { differenceOf, type FieldChange } from './difference.ts';
import classes from './difference-table.module.css';

const words = m.audit;

/** Field by field, what there was and what there is. */
export function DifferenceTable({ entry }: { readonly entry: AuditRow }) {
  const { before_value: before, updated_values: after } = entry;
  const title = before === null ? words.made : after === null ? words.removed : words.changes;
  const changes = differenceOf(before, after);
  if (changes.length === 0) return <p className={classes['nothing']}>{words.nothing}</p>;
  return (
    <SmallTable
      name={title}
      rows={changes}
      columns={[
        { id: 'field', header: words.field, isRowName: true, width: 190, value: ({ field }) => field },
        ...(before === null ? [] : [side('before', words.before)]),
        ...(after === null ? [] : [side('after', words.after)]),
      ]}
      rowId={({ field }) => field}
      heading={<h3 className={classes['title']}>{title}</h3>}
    />
  );
}

const side = (which: 'before' | 'after', header: string): Column<FieldChange> => ({
  id: which,
  header,
  value: (change) => plainText(change[which]),
  cell: (change) => (
    <div className={classes['side']} data-side={which}>
      <Value field={change.field} value={change[which]} />
    </div>
  ),
});

function plainText(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Amounts and times are kept as integers, and read as what they are. */
function Value({ field, value }: { readonly field: string; readonly value: unknown }) {
  if (value === undefined) return <span className={classes['absent']}>{words.absent}</span>;
  if (field.endsWith('_nano') && (typeof value === 'string' || typeof value === 'number'))
    return <span title={`${value}`}>{exactUsd(BigInt(value))}</span>;
  if (field.endsWith('at_ms') && typeof value === 'number') return <TimeText at={value} />;
  if (typeof value === 'string') return <code>{value}</code>;
  return <code>{isPlainList(value) ? value.join(', ') : JSON.stringify(value, null, 1)}</code>;
}

function isPlainList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each !== 'object');
}
