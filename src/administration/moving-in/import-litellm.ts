import { type Database, DatabaseError } from '../../store/index.ts';
import { type ImportOptions, LITELLM } from './import-options.ts';
import { type ImportReport, ReportBook } from './import-report.ts';
import { listImported } from './import-store.ts';
import type { LitellmRow } from './litellm-row.ts';
import { moveModels } from './move-models.ts';
import { movePage, type Page } from './move-page.ts';
import { type Loss, MOVED_KINDS, type Moved, type MovedKind } from './moved.ts';
import { translateKey } from './translate-key.ts';
import { GATEWAY_BUDGET_USER, type Knowing, translateParty } from './translate-party.ts';

/** Who is there for others to belong to. */
export type Belonging = { readonly ids: Readonly<Record<'organization' | 'team' | 'project', Set<string>>> };

/**
 * Brings over who calls and what they may use. A page is a transaction of its own, with the audit entry that tells it: an
 * import that was cut off goes on when it is run again, and one that is run twice changes nothing.
 */
export async function importLitellm(options: ImportOptions): Promise<ImportReport> {
  const { source, books, clock, accepted } = options;
  const book = new ReportBook();
  const knowing: Knowing = { accessGroups: source.accessGroups, nowMs: clock.nowMs() };
  const there: Belonging = { ids: { organization: new Set(), team: new Set(), project: new Set() } };
  for (const kind of MOVED_KINDS) {
    const pages = source.pages(kind);
    if (pages === null) continue;
    const seen = new Set<string>();
    for await (const rows of pages) {
      book.count(kind, 'read', rows.length);
      const moved = rows.flatMap((row) => translated(kind, row, knowing, book));
      const wanted = once(moved, seen).filter((each) => isWanted(kind, each, accepted, there, book));
      if (wanted.length > 0) await moveOrLook(options, { kind, rows: wanted } as Page, book);
      options.onPage?.(kind, book.kinds[kind].read);
    }
    await tellGone(books, kind, seen, book);
  }
  await moveModels(source, options, book);
  return book.report(options.apply);
}

function translated(kind: MovedKind, row: LitellmRow, knowing: Knowing, book: ReportBook): readonly Moved<object>[] {
  if (kind === 'key') return [translateKey(row, knowing)];
  if (kind !== 'user' || row['user_id'] !== GATEWAY_BUDGET_USER) return [translateParty(kind, row, knowing)];
  book.count(kind, 'leftOut');
  const reason = 'it stands for all that LiteLLM spends: a budget of the gateway is set in the configuration';
  book.notBrought({ kind, id: GATEWAY_BUDGET_USER, field: '', reason, restricts: false });
  return [];
}

/** A member may stand in a team's list twice. */
function once(moved: readonly Moved<object>[], seen: Set<string>): readonly Moved<object>[] {
  return moved.filter(({ sourceId }) => {
    const isNew = !seen.has(sourceId);
    seen.add(sourceId);
    return isNew;
  });
}

const GROUPS = ['organization', 'team', 'project'] as const;

function isWanted(
  kind: MovedKind,
  moved: Moved<object>,
  accepted: readonly string[],
  there: Belonging,
  book: ReportBook,
): boolean {
  const restricting = moved.losses.filter(({ field, restricts }) => restricts && !accepted.includes(field));
  const target = moved.target as Readonly<Record<string, unknown>>;
  const missing = GROUPS.find((group) => {
    const id = target[`${group}Id`];
    return typeof id === 'string' && id !== '' && !there.ids[group].has(id);
  });
  const id = moved.losses[0]?.id ?? shownId(kind, moved);
  const leaveOut = (field: string, reason: string, restricts = false): false => {
    book.notBrought({ kind, id, field, reason, restricts });
    return false;
  };
  if (moved.leftOut !== null || missing !== undefined || restricting.length > 0) {
    book.count(kind, 'leftOut');
    for (const { field, reason } of restricting) {
      leaveOut(field, `${reason}; to bring it over without: --accept-unsupported ${field}`, true);
    }
    if (restricting.length > 0) return false;
    return leaveOut('', moved.leftOut ?? `its ${missing} is not there`);
  }
  if (kind === 'organization' || kind === 'team' || kind === 'project') there.ids[kind].add(moved.sourceId);
  for (const loss of moved.losses) book.lost(loss);
  return true;
}

function shownId(kind: MovedKind, { sourceId, target }: Moved<object>): string {
  const { alias } = target as { readonly alias?: unknown };
  if (kind === 'key') return typeof alias === 'string' ? alias : sourceId.slice(0, 12);
  return sourceId.replace('\n', '/');
}

/** So many change something at the same moment that nobody gets a place in the audit log: not seen yet. */
const MAX_TRIES = 20;

async function moveOrLook(options: ImportOptions, page: Page, book: ReportBook): Promise<void> {
  const { books, apply } = options;
  if (!apply) {
    const { tell } = await movePage(options, page, books, null);
    tell(book);
    return;
  }
  for (let tries = 1; ; tries++) {
    try {
      const { tell } = await books.transaction((session) =>
        movePage(options, page, { kind: books.kind, query: session.query }, session),
      );
      tell(book);
      return;
    } catch (error) {
      const isTaken = error instanceof DatabaseError && UNIQUE_VIOLATIONS.has(error.code ?? '');
      if (!isTaken || tries === MAX_TRIES) throw error;
    }
  }
}

/** SQLSTATE 23505; SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const UNIQUE_VIOLATIONS: ReadonlySet<string> = new Set(['23505', 'SQLITE_2067', 'SQLITE_1555']);

/** What LiteLLM no longer has stays here until somebody says otherwise. */
async function tellGone(books: Database, kind: MovedKind, seen: ReadonlySet<string>, book: ReportBook): Promise<void> {
  const gone = (await listImported(books, LITELLM, kind)).filter(([sourceId]) => !seen.has(sourceId));
  const reason = 'LiteLLM no longer has it; it stays here until it is deleted here';
  for (const [, targetId] of gone) {
    book.notBrought({ kind, id: targetId.replace('\n', '/'), field: '', reason, restricts: false } satisfies Loss);
  }
}
