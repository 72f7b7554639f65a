import type { JsonFacts, StoredContent, StoredEntry } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { randomId } from '../../std/index.ts';
import { managedByFile } from './managed-by-file.ts';
import { droppedNotices, mergeSecrets } from './merge-secrets.ts';
import type { DeploymentVerdict, EntryBook, ProposedDeployment } from './model-book.ts';
import { objectIn } from './object-in.ts';

export type NewDeployment = Omit<ProposedDeployment, 'id'> & { readonly id: string | null };

/** What is undefined stays; of `params` and `info` each member that is left out does. */
export type DeploymentChanges = Partial<Pick<ProposedDeployment, 'model' | 'params' | 'info'>>;

export type SettledDeployment = { readonly entry: StoredEntry; readonly notices: readonly string[] };

export const BLOCKED = 'model_info.blocked';
const KIND = 'deployment';

/** Throws a GatewayError: 400 where it could not be called as it is given, 409 where the file or another one is there. */
export async function createDeployment(book: EntryBook, given: NewDeployment, by: string): Promise<SettledDeployment> {
  const id = given.id ?? randomId('model');
  const proposed = { ...given, id };
  refuseTaken(book, id);
  const { open, secret } = mergeSecrets(NOTHING, given.params, 'litellm_params', () => '');
  const verdict = judged(book, { ...proposed, params: { ...open, ...secret } });
  const facts = { model_name: given.model, litellm_params: open, model_info: withoutNulls(given.info) };
  const entry = await book.stored.create({ kind: KIND, id, facts, secrets: secret }, by);
  if (entry === null) throw taken(id);
  return { entry, notices: verdict.notices };
}

const NOTHING = { open: {}, secret: {} };

function refuseTaken(book: EntryBook, id: string): void {
  if (book.entries().find(KIND, id) !== null) throw taken(id);
  if (isInFile(book, id)) throw managedByFile('deployment', id, book.file.placeOfDeployment(id), 'model_info.id');
}

function taken(id: string): GatewayError {
  const message = `There is a deployment '${id}' already: leave model_info.id out, or take another one.`;
  return new GatewayError('conflict', message, { param: 'model_info.id' });
}

/** The same refusals as of one that is made, and 404 where there is none. */
export async function changeDeployment(
  book: EntryBook,
  id: string,
  changes: DeploymentChanges,
  by: string,
): Promise<SettledDeployment> {
  let notices: readonly string[] = [];
  const change = (before: StoredEntry): StoredContent => {
    const params = mergeSecrets(
      { open: objectIn(before.facts, 'litellm_params'), secret: before.secrets },
      changes.params ?? {},
      'litellm_params',
      (open) => book.receiverOf({ kind: KIND, facts: { litellm_params: open } }),
    );
    const model = changes.model ?? String(before.facts['model_name']);
    const info = withoutNulls({ ...objectIn(before.facts, 'model_info'), ...changes.info });
    const verdict = judged(book, { id, model, params: { ...params.open, ...params.secret }, info });
    notices = [...droppedNotices(params, 'litellm_params'), ...verdict.notices];
    return { facts: { model_name: model, litellm_params: params.open, model_info: info }, secrets: params.secret };
  };
  const entry = await book.stored.change({ kind: KIND, id }, by, change);
  if (entry === null) throw noDeployment(book, id);
  return { entry, notices };
}

/** Throws a GatewayError (404, or 409 where it is the file's). */
export async function removeDeployment(book: EntryBook, id: string): Promise<void> {
  if (!(await book.stored.remove({ kind: KIND, id }))) throw noDeployment(book, id);
}

/** Throws a GatewayError (400) where a deployment could not be called, but for one that is blocked on purpose. */
function judged(book: EntryBook, proposed: ProposedDeployment): DeploymentVerdict {
  const name = nameOf(proposed);
  const place = book.file.placeOfModel(name);
  if (place !== null) throw managedByFile('model', name, place, 'model_name');
  if (book.entries().find('access_group', name) !== null)
    throw new GatewayError('conflict', `'${name}' is an access group: a model needs another name.`, {
      param: 'model_name',
    });
  const verdict = book.judge(proposed);
  const [fault] = verdict.faults;
  if (fault !== undefined) throw new GatewayError('invalid_request', `${fault}.`, { param: fieldIn(fault) });
  const { off } = verdict;
  if (off === null || off === BLOCKED) return verdict;
  throw new GatewayError('invalid_request', `It could not be called: ${off}.`, { param: fieldIn(off) });
}

/** The name that it is called by: a team's model has one that nobody guesses, and a public one. */
function nameOf({ model, info }: ProposedDeployment): string {
  const named = info['team_id'] == null ? undefined : info['team_public_model_name'];
  return typeof named === 'string' ? named : model;
}

function fieldIn(reason: string): string {
  return /^(?:litellm_params|model_info)(?:\.\w+)?/.exec(reason)?.[0] ?? 'litellm_params';
}

function noDeployment(book: EntryBook, id: string): GatewayError {
  if (isInFile(book, id)) return managedByFile('deployment', id, book.file.placeOfDeployment(id), 'id');
  return new GatewayError('not_found', `There is no deployment '${id}'.`, { param: 'id' });
}

/** Also by an id that follows from what the file says. */
function isInFile(book: EntryBook, id: string): boolean {
  if (book.file.placeOfDeployment(id) !== null) return true;
  const found =
    book
      .catalog()
      .resolve(id)
      ?.deployments.some((deployment) => deployment.id === id) === true;
  return found && book.entries().find(KIND, id) === null;
}

function withoutNulls(info: JsonFacts): JsonFacts {
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== null && value !== undefined));
}

/** What of a stored deployment is called with, its secrets among it. */
export function paramsOf({ facts, secrets }: StoredContent): JsonFacts {
  return { ...objectIn(facts, 'litellm_params'), ...secrets };
}
