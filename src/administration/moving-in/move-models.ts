import { createHmac } from 'node:crypto';
import { GatewayError } from '../../inference/index.ts';
import type { DirectDatabase } from '../../store/index.ts';
import { changeCredential, createCredential } from '../models/credentials.ts';
import { changeDeployment, createDeployment } from '../models/deployments.ts';
import type { EntryBook } from '../models/model-book.ts';
import { objectIn } from '../models/object-in.ts';
import { decideRow } from './decide-row.ts';
import { type ImportOptions, LITELLM } from './import-options.ts';
import type { ReportBook } from './import-report.ts';
import { type ImportRecord, listImported, readImports, writeImports } from './import-store.ts';
import type { LitellmSource } from './litellm-source.ts';
import type { Loss } from './moved.ts';
import {
  isEntry,
  type MovedEntry,
  settingsLost,
  type Translated,
  translateCredential,
  translateDeployment,
} from './translate-models.ts';

type MoveModelsOptions = Pick<ImportOptions, 'books' | 'cipher' | 'pepper' | 'entries' | 'apply'>;

/** Who is said to have made and changed what came over. */
const BY = 'import litellm';

/** Models and credentials that were made in LiteLLM's dashboard; credentials first, for models name them. */
export async function moveModels(source: LitellmSource, options: MoveModelsOptions, book: ReportBook): Promise<void> {
  const { cipher, books } = options;
  const credentials = await source.rowsOf('LiteLLM_CredentialsTable');
  const models = await source.rowsOf('LiteLLM_ProxyModelTable');
  await moveAll(
    credentials.map((row) => translateCredential(row, cipher)),
    options,
    book,
  );
  await moveAll(
    models.map((row) => translateDeployment(row, cipher)),
    options,
    book,
  );
  await tellGone(books, 'credential', new Set(credentials.map((row) => row['credential_name'])), book);
  await tellGone(books, 'model', new Set(models.map((row) => row['model_id'])), book);
  for (const loss of settingsLost(await source.rowsOf('LiteLLM_Config'))) book.notBrought(loss);
}

async function moveAll(translated: readonly Translated[], options: MoveModelsOptions, book: ReportBook): Promise<void> {
  for (const each of translated) {
    book.count(kindOf(each), 'read');
    if (isEntry(each)) await moveEntry(each, options, book);
    else leaveOut(each, book);
  }
}

function kindOf(each: Translated): 'model' | 'credential' {
  return each.kind === 'credential' ? 'credential' : 'model';
}

function leaveOut(loss: Loss, book: ReportBook): void {
  book.count(kindOf(loss as Translated), 'leftOut');
  book.notBrought(loss);
}

const COUNTED = { create: 'created', update: 'updated', unchanged: 'unchanged', keep: 'kept' } as const;

async function moveEntry(entry: MovedEntry, options: MoveModelsOptions, book: ReportBook): Promise<void> {
  const { books, entries, apply } = options;
  const kind = kindOf(entry);
  const say = (reason: string): Loss => ({ kind, id: shownName(entry), field: '', reason, restricts: false });
  const now = entries.entries().find(entry.kind, entry.id);
  const hash = hashOf(entry, options);
  const known = (await readImports(books, LITELLM, kind, [entry.id])).get(entry.id) ?? null;
  // Cut off between the entry and its record, the entry says by itself who wrote it last.
  const record = now?.updatedBy === BY ? recordOf(entry, known?.sourceHash ?? '', now.changedSeq) : known;
  const standing = now === null ? null : { id: now.id, changedSeq: now.changedSeq, isInUse: true };
  const decision = decideRow(record, standing, hash);
  if (decision.is === 'keep') book.notBrought(say(decision.reason));
  if (decision.is === 'create' || decision.is === 'update') {
    const put = await putOrRefused(entry, decision.is, entries);
    if (put.refused !== null) {
      leaveOut(say(put.refused), book);
      return;
    }
    for (const notice of put.notices) book.lost(say(notice));
    const seq = entries.entries().find(entry.kind, entry.id)?.changedSeq ?? 0;
    if (apply) {
      await books.transaction((session) => writeImports(session, LITELLM, kind, [recordOf(entry, hash, seq)]));
    }
  }
  book.count(kind, COUNTED[decision.is]);
}

function shownName({ kind, id, name }: MovedEntry): string {
  return kind === 'deployment' ? `${name} (${id})` : id;
}

/** There are secrets in it: nobody who reads the record alone can try what they might be. */
function hashOf({ name, values, info }: MovedEntry, { pepper }: MoveModelsOptions): string {
  return createHmac('sha256', pepper)
    .update(JSON.stringify([name, values, info]))
    .digest('hex')
    .slice(0, 32);
}

function recordOf({ id }: MovedEntry, sourceHash: string, changedSeq: number): ImportRecord {
  return { sourceId: id, targetId: id, sourceHash, changedSeq, openedNano: 0n, openedWindow: '', openings: 0 };
}

type Put = { readonly refused: string | null; readonly notices: readonly string[] };

async function putOrRefused(entry: MovedEntry, how: 'create' | 'update', book: EntryBook): Promise<Put> {
  try {
    return { refused: null, notices: await (how === 'create' ? create(entry, book) : change(entry, book)) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { refused: error.message.replace(/\.$/, ''), notices: [] };
  }
}

async function create({ kind, id, name, values, info }: MovedEntry, book: EntryBook): Promise<readonly string[]> {
  if (kind === 'deployment')
    return (await createDeployment(book, { id, model: name, params: values, info }, BY)).notices;
  await createCredential(book, { name, values, info }, BY);
  return [];
}

async function change({ kind, id, name, values, info }: MovedEntry, book: EntryBook): Promise<readonly string[]> {
  const before = book.entries().find(kind, id);
  const [valuesNow, infoNow] = kind === 'deployment' ? DEPLOYMENT : CREDENTIAL;
  const had = before === null ? {} : { ...objectIn(before.facts, valuesNow), ...before.secrets };
  const told = before === null ? {} : objectIn(before.facts, infoNow);
  const nextValues = { ...gone(had), ...values };
  const nextInfo = { ...gone(told), ...info };
  if (kind === 'credential') return (await changeCredential(book, id, { values: nextValues, info }, BY)).notices;
  return (await changeDeployment(book, id, { model: name, params: nextValues, info: nextInfo }, BY)).notices;
}

const DEPLOYMENT = ['litellm_params', 'model_info'] as const;
const CREDENTIAL = ['credential_values', 'credential_info'] as const;

/** What is not named anew is taken away. */
function gone(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys(facts).map((name) => [name, null]));
}

async function tellGone(
  books: DirectDatabase,
  kind: 'model' | 'credential',
  there: ReadonlySet<unknown>,
  book: ReportBook,
): Promise<void> {
  const reason = 'LiteLLM no longer has it; it stays here until it is deleted here';
  for (const [sourceId, id] of await listImported(books, LITELLM, kind)) {
    if (!there.has(sourceId)) book.notBrought({ kind, id, field: '', reason, restricts: false });
  }
}
