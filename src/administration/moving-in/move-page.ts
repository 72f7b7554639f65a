import {
  findMovedKeys,
  insertMovedKeys,
  overwriteMovedKeys,
  type Reader,
  type RowNow,
  raiseChange,
  readAliasesNow,
  readEmailsNow,
  readKeysNow,
  readPartiesNow,
  writeMovedParties,
} from '../../access/index.ts';
import { postOpenings } from '../../ledger/index.ts';
import { usdFromNano } from '../../std/index.ts';
import type { Session } from '../../store/index.ts';
import { auditWithin } from '../../telemetry/index.ts';
import { type Decision, decideRow, hashOfTarget } from './decide-row.ts';
import { type ImportOptions, LITELLM } from './import-options.ts';
import type { ReportBook } from './import-report.ts';
import { type ImportRecord, readImports, writeImports } from './import-store.ts';
import type { Loss, Moved, MovedKeyRow, MovedKind, MovedPartyKind, MovedPartyRow } from './moved.ts';
import { type OpenedRow, openRow } from './openings.ts';

/** Rows of one kind, each of them once. */
export type Page =
  | { readonly kind: 'key'; readonly rows: readonly MovedKeyRow[] }
  | { readonly kind: MovedPartyKind; readonly rows: readonly MovedPartyRow[] };

type Decided<Row> = {
  readonly row: Row;
  readonly record: ImportRecord | null;
  readonly hash: string;
  readonly decision: Decision;
};

type Doing = Pick<ImportOptions, 'pepper' | 'calendar' | 'clock' | 'books'>;

/** What is to be told is told when the transaction is over: it may run twice. */
type Told = { readonly tell: (book: ReportBook) => void };

/** Without a session nothing is written. */
export async function movePage(doing: Doing, page: Page, reader: Reader, session: Session | null): Promise<Told> {
  const changedSeq = session === null ? 0 : await raiseChange(session);
  const losses: Loss[] = [];
  const lose = (loss: Loss): void => void losses.push(loss);
  const decided =
    page.kind === 'key'
      ? await decideKeys(doing, page.rows, reader, lose)
      : await decideParties(page.kind, page.rows, reader, lose);
  const ids = session === null ? null : await write(doing, page.kind, decided, session, changedSeq);
  const opened = decided.map((each, index) => openedRow(doing, page.kind, each, ids?.[index] ?? NEW_ID));
  if (session !== null && ids !== null) {
    await keep(page.kind, decided, opened, ids, { session, changedSeq });
    const change = changeTold(page.kind, decided, opened);
    if (change !== null) await auditWithin(session, doing.books.kind, change, doing.clock.nowMs());
  }
  return { tell: (book) => tell(page.kind, decided, opened, losses, book) };
}

/** Where nothing is written keys get no ids. */
const NEW_ID = 'new';

async function decideKeys(
  { pepper, clock }: Doing,
  rows: readonly MovedKeyRow[],
  reader: Reader,
  lose: (loss: Loss) => void,
): Promise<readonly Decided<MovedKeyRow>[]> {
  const digests = rows.map(({ sourceId }) => sourceId);
  const records = await readImports(reader, LITELLM, 'key', digests);
  const known = await readKeysNow(
    reader,
    [...records.values()].map(({ targetId }) => targetId),
  );
  const sameSecret = await findMovedKeys(reader, pepper, digests, clock.nowMs());
  const aliases = await readAliasesNow(
    reader,
    rows.flatMap(({ target }) => target.alias ?? []),
  );
  const taken = new Map(aliases);
  return rows.map((row) => {
    const record = records.get(row.sourceId) ?? null;
    const now = record === null ? (sameSecret.get(row.sourceId) ?? null) : (known.get(record.targetId) ?? null);
    const free = withFree(row, 'alias', record, taken, (alias) =>
      lose({ kind: 'key', id: alias, field: 'key_alias', reason: TAKEN, restricts: false }),
    );
    return decide(free, record, now);
  });
}

async function decideParties(
  kind: MovedPartyKind,
  rows: readonly MovedPartyRow[],
  reader: Reader,
  lose: (loss: Loss) => void,
): Promise<readonly Decided<MovedPartyRow>[]> {
  const ids = rows.map(({ sourceId }) => sourceId);
  const records = await readImports(reader, LITELLM, kind, ids);
  const known = await readPartiesNow(reader, kind, ids);
  const emails =
    kind === 'user'
      ? await readEmailsNow(
          reader,
          rows.flatMap(({ target }) => target.email ?? []),
        )
      : [];
  const taken = new Map(emails);
  return rows.map((row) => {
    const record = records.get(row.sourceId) ?? null;
    const free = withFree(row, 'email', record, taken, () =>
      lose({ kind, id: row.sourceId, field: 'user_email', reason: TAKEN, restricts: false }),
    );
    return decide(free, record, known.get(row.sourceId) ?? null);
  });
}

const TAKEN = 'another one has it already; it comes without';

/** A name that another one has is left out. */
function withFree<Row extends Moved<object>>(
  row: Row,
  name: 'alias' | 'email',
  record: ImportRecord | null,
  taken: Map<string, string>,
  lose: (value: string) => void,
): Row {
  const value = (row.target as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string') return row;
  const own = record?.targetId ?? (name === 'email' ? row.sourceId : `new ${row.sourceId}`);
  const holder = taken.get(value);
  if (holder === undefined || holder === own) {
    taken.set(value, own);
    return row;
  }
  lose(value);
  return { ...row, target: { ...row.target, [name]: null } };
}

function decide<Row extends Moved<object>>(row: Row, record: ImportRecord | null, now: RowNow | null): Decided<Row> {
  const hash = hashOfTarget(row.target);
  return { row, record, hash, decision: decideRow(record, now, hash) };
}

/** Answers the id here of each; null: it has none that is its own. */
async function write(
  { pepper, clock }: Doing,
  kind: MovedKind,
  decided: readonly Decided<MovedKeyRow | MovedPartyRow>[],
  session: Session,
  changedSeq: number,
): Promise<readonly (string | null)[]> {
  const toCreate = decided.filter(({ decision }) => decision.is === 'create');
  const toUpdate = decided.flatMap((each) =>
    each.decision.is === 'update' ? [{ ...each, id: each.decision.id }] : [],
  );
  const made = new Map<unknown, string>();
  if (kind === 'key') {
    const rows = toCreate.map(({ row }) => row as MovedKeyRow);
    const ids = await insertMovedKeys(
      session,
      pepper,
      rows.map(({ target }) => target),
      changedSeq,
    );
    for (const [index, row] of rows.entries()) made.set(row, ids[index] ?? '');
    const changed = toUpdate.map(({ id, row }) => ({ id, key: (row as MovedKeyRow).target }));
    await overwriteMovedKeys(session, pepper, changed, changedSeq);
  } else {
    const parties = [...toCreate, ...toUpdate].map(({ row }) => (row as MovedPartyRow).target);
    await writeMovedParties(session, parties, changedSeq, clock.nowMs());
    for (const { row } of toCreate) made.set(row, row.sourceId);
  }
  return decided.map(({ row, decision }) => (decision.is === 'create' ? (made.get(row) ?? null) : decision.id));
}

/** What was not brought over, or is no longer here, has nothing to open. */
function openedRow(
  { calendar, clock }: Doing,
  kind: MovedKind,
  { row, record, decision }: Decided<MovedKeyRow | MovedPartyRow>,
  id: string | null,
): OpenedRow | null {
  if (decision.is === 'keep' && decision.id === null) return null;
  const { sourceId, spent } = row;
  const targetId = id ?? sourceId;
  const nowMs = clock.nowMs();
  return openRow({ source: LITELLM, kind, sourceId, targetId, spent, before: record, calendar, nowMs });
}

async function keep(
  kind: MovedKind,
  decided: readonly Decided<MovedKeyRow | MovedPartyRow>[],
  opened: readonly (OpenedRow | null)[],
  ids: readonly (string | null)[],
  { session, changedSeq }: { readonly session: Session; readonly changedSeq: number },
): Promise<void> {
  const records = decided.flatMap(({ row, record, hash, decision }, index): ImportRecord[] => {
    const [own, targetId] = [opened[index] ?? null, ids[index] ?? null];
    if (own === null || targetId === null) return [];
    const isWritten = decision.is === 'create' || decision.is === 'update';
    if (!isWritten && own.opening === null) return [];
    const { openedNano, openedWindow, openings } = own;
    return [
      {
        sourceId: row.sourceId,
        targetId,
        sourceHash: isWritten ? hash : (record?.sourceHash ?? hash),
        changedSeq: isWritten ? changedSeq : (record?.changedSeq ?? changedSeq),
        openedNano,
        openedWindow,
        openings,
      },
    ];
  });
  await postOpenings(
    session,
    opened.flatMap((each) => each?.opening ?? []),
  );
  await writeImports(session, LITELLM, kind, records);
}

function changeTold(
  kind: MovedKind,
  decided: readonly Decided<MovedKeyRow | MovedPartyRow>[],
  opened: readonly (OpenedRow | null)[],
) {
  const count = (is: Decision['is']): number => decided.filter(({ decision }) => decision.is === is).length;
  const openedNano = opened.reduce((sum, each) => sum + (each?.opening?.amountNanoUsd ?? 0n), 0n);
  const [created, updated] = [count('create'), count('update')];
  if (created + updated === 0 && openedNano === 0n) return null;
  return {
    action: 'import.apply',
    kind: 'import',
    target: `${LITELLM}/${kind}`,
    before: null,
    after: { created, updated, opened_usd: usdFromNano(openedNano) },
  };
}

const COUNTED = { create: 'created', update: 'updated', unchanged: 'unchanged', keep: 'kept' } as const;

function tell(
  kind: MovedKind,
  decided: readonly Decided<MovedKeyRow | MovedPartyRow>[],
  opened: readonly (OpenedRow | null)[],
  losses: readonly Loss[],
  book: ReportBook,
): void {
  for (const loss of losses) book.lost(loss);
  decided.forEach(({ row, decision }, index) => {
    const { alias } = row.target;
    const id = kind === 'key' ? (alias ?? row.sourceId.slice(0, 12)) : row.sourceId.replace('\n', '/');
    book.count(kind, COUNTED[decision.is]);
    if (decision.is === 'keep') book.notBrought({ kind, id, field: '', reason: decision.reason, restricts: false });
    const own = opened[index];
    if (own?.opening) book.opened(kind, own.opening.amountNanoUsd);
    if (own?.beginsAnewMs !== null && own?.beginsAnewMs !== undefined && row.spent.resetAtMs !== null) {
      const [here, there] = [own.beginsAnewMs, row.spent.resetAtMs].map((ms) => new Date(ms).toISOString());
      book.lost({
        kind,
        id: `${id} (${here}; there ${there})`,
        field: 'budget_reset_at',
        reason: 'by the calendar its budget begins anew at another moment here',
        restricts: false,
      });
    }
  });
}
