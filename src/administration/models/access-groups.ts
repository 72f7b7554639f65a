import { GatewayError } from '../../inference/index.ts';
import { managedByFile } from './managed-by-file.ts';
import type { ModelBook } from './model-book.ts';
import { textsIn } from './object-in.ts';

export type AccessGroup = {
  readonly name: string;
  readonly models: readonly string[];
  readonly managedByFile: boolean;
};

/** By their names, or by the ids of deployments, whose models are meant. */
export type GroupMembers = { readonly models: readonly string[]; readonly deploymentIds: readonly string[] };

const KIND = 'access_group';
/** Words that mean something else in the list of a key's models. */
const WORDS = new Set(['all-team-models', 'all-proxy-models', 'no-default-models', 'all-models']);

/** Throws a GatewayError: 409 where there is one of that name, or a model; 404 for members that are nowhere. */
export async function createGroup(book: ModelBook, name: string, members: GroupMembers, by: string) {
  if (WORDS.has(name)) {
    const message = `'${name}' means something else in the lists of keys.`;
    throw new GatewayError('invalid_request', message, { param: 'access_group' });
  }
  refuseFiles(book, name);
  // A key that lists the name may have meant the model, and would be let in to others.
  if (book.definedAt(name) !== null)
    throw new GatewayError('conflict', `'${name}' is a model: a group needs another name.`, { param: 'access_group' });
  const models = namesOf(book, members);
  const made = await book.stored.create({ kind: KIND, id: name, facts: { model_names: models }, secrets: {} }, by);
  if (made === null)
    throw new GatewayError('conflict', `There is an access group '${name}' already.`, { param: 'access_group' });
  return { name, models, managedByFile: false };
}

/** The members are these from now on. Throws a GatewayError (404, 409). */
export async function changeGroup(book: ModelBook, name: string, members: GroupMembers, by: string) {
  refuseFiles(book, name);
  const models = namesOf(book, members);
  const content = { facts: { model_names: models }, secrets: {} };
  if ((await book.stored.change({ kind: KIND, id: name }, by, () => content)) === null) throw noGroup(name);
  return { name, models, managedByFile: false };
}

/** Throws a GatewayError (404, 409). Answers the models that were in it. */
export async function removeGroup(book: ModelBook, name: string): Promise<readonly string[]> {
  refuseFiles(book, name);
  const { models } = findGroup(book, name);
  if (!(await book.stored.remove({ kind: KIND, id: name }))) throw noGroup(name);
  return models;
}

/** Those of the file first; of those with its name, too. */
export function listGroups(book: ModelBook): readonly AccessGroup[] {
  const inFile = [...book.file.groups()].map(([name, models]) => ({ name, models, managedByFile: true }));
  const stored = book
    .entries()
    .entries.flatMap(({ kind, id, facts }) =>
      kind === KIND ? [{ name: id, models: textsIn(facts, 'model_names'), managedByFile: false }] : [],
    );
  return [...inFile, ...stored.filter(({ name }) => !book.file.groups().has(name)), ...ofDeployments(book)];
}

/** Throws a GatewayError (404). */
export function findGroup(book: ModelBook, name: string): AccessGroup {
  const found = listGroups(book).find((group) => group.name === name);
  if (found === undefined) throw noGroup(name);
  return found;
}

/** Stored deployments can name their groups themselves, in `model_info.access_groups`. */
function ofDeployments(book: ModelBook): readonly AccessGroup[] {
  const groups = new Map<string, Set<string>>();
  for (const { kind, facts } of book.entries().entries) {
    const info = facts['model_info'];
    if (kind !== 'deployment' || typeof info !== 'object' || info === null) continue;
    for (const name of textsIn({ ...info }, 'access_groups'))
      groups.set(name, (groups.get(name) ?? new Set()).add(String(facts['model_name'])));
  }
  const isOwn = (name: string): boolean => !book.file.groups().has(name) && book.entries().find(KIND, name) === null;
  return [...groups].flatMap(([name, models]) =>
    isOwn(name) ? [{ name, models: [...models], managedByFile: false }] : [],
  );
}

function namesOf(book: ModelBook, { models, deploymentIds }: GroupMembers): readonly string[] {
  for (const name of models) {
    if (book.definedAt(name) === null)
      throw new GatewayError('not_found', `No model '${name}' is configured.`, { param: 'model_names' });
  }
  const named = deploymentIds.map((id) => {
    const entry = book.entries().find('deployment', id);
    if (entry === null) throw new GatewayError('not_found', `There is no deployment '${id}'.`, { param: 'model_ids' });
    return String(entry.facts['model_name']);
  });
  return [...new Set([...models, ...named])];
}

function refuseFiles(book: ModelBook, name: string): void {
  if (book.file.groups().has(name)) throw managedByFile('access group', name, null, 'access_group');
}

function noGroup(name: string): GatewayError {
  return new GatewayError('not_found', `There is no access group '${name}'.`, { param: 'access_group' });
}
