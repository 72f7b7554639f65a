import { type JsonFacts, maskSecrets, type StoredContent, type StoredEntry } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { paramsOf } from './deployments.ts';
import { managedByFile } from './managed-by-file.ts';
import { droppedNotices, mergeSecrets } from './merge-secrets.ts';
import type { EntryBook } from './model-book.ts';
import { objectIn } from './object-in.ts';

export type NewCredential = {
  readonly name: string;
  readonly values: JsonFacts;
  readonly info: JsonFacts;
};

/** A credential as it is shown. */
export type ShownCredential = {
  readonly credential_name: string;
  readonly credential_values: JsonFacts;
  readonly credential_info: JsonFacts;
};

export type SettledCredential = { readonly entry: StoredEntry; readonly notices: readonly string[] };

const KIND = 'credential';
const FIELD = 'credential_values';
const ADDRESSES = ['api_base', 'base_url', 'aws_bedrock_runtime_endpoint'] as const;
/** What of a deployment makes the account that it goes out by. */
const OF_ACCOUNT =
  /^(?:api_|base_url$|aws_|vertex_|region_name$|tenant_id$|client_|custom_llm_provider$|organization$)/;

/** Throws a GatewayError: 400 for what cannot be one, 409 where there is one of that name. */
export async function createCredential(book: EntryBook, given: NewCredential, by: string): Promise<StoredEntry> {
  refuseFiles(book, given.name);
  const { open, secret } = mergeSecrets({ open: {}, secret: {} }, given.values, FIELD, () => '');
  refuseValues(book, { ...open, ...secret });
  const facts = { credential_values: open, credential_info: given.info };
  const entry = await book.stored.create({ kind: KIND, id: given.name, facts, secrets: secret }, by);
  if (entry !== null) return entry;
  throw new GatewayError('conflict', `There is a credential '${given.name}' already.`, { param: 'credential_name' });
}

/** What a stored deployment goes out by, so that others can. Throws a GatewayError (404, 409). */
export function valuesOfDeployment(book: EntryBook, id: string): JsonFacts {
  const entry = book.entries().find('deployment', id);
  if (entry === null) {
    const found =
      book
        .catalog()
        .resolve(id)
        ?.deployments.some((deployment) => deployment.id === id) === true;
    if (found) throw managedByFile('deployment', id, book.file.placeOfDeployment(id), 'model_id');
    throw new GatewayError('not_found', `There is no deployment '${id}'.`, { param: 'model_id' });
  }
  return Object.fromEntries(Object.entries(paramsOf(entry)).filter(([name]) => OF_ACCOUNT.test(name)));
}

export async function changeCredential(
  book: EntryBook,
  name: string,
  changes: Partial<Pick<NewCredential, 'values' | 'info'>>,
  by: string,
): Promise<SettledCredential> {
  refuseFiles(book, name);
  let notices: readonly string[] = [];
  const change = (before: StoredEntry): StoredContent => {
    const values = mergeSecrets(
      { open: objectIn(before.facts, FIELD), secret: before.secrets },
      changes.values ?? {},
      FIELD,
      (open) => book.receiverOf({ kind: KIND, facts: { credential_values: open } }),
    );
    refuseValues(book, { ...values.open, ...values.secret });
    notices = droppedNotices(values, FIELD);
    const info = { ...objectIn(before.facts, 'credential_info'), ...changes.info };
    return { facts: { credential_values: values.open, credential_info: info }, secrets: values.secret };
  };
  const entry = await book.stored.change({ kind: KIND, id: name }, by, change);
  if (entry === null) throw noCredential(name);
  return { entry, notices: [...notices, ...offNotices(book, name)] };
}

/** Whoever goes out by it would be off: it is removed last. Throws a GatewayError (404, 409). */
export async function removeCredential(book: EntryBook, name: string): Promise<void> {
  refuseFiles(book, name);
  const [first, ...others] = deploymentsBy(book, name);
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const message = `The deployment '${first.id}'${more} goes out by the credential '${name}': change or delete it first.`;
    throw new GatewayError('conflict', message, { param: 'credential_name' });
  }
  if (!(await book.stored.remove({ kind: KIND, id: name }))) throw noCredential(name);
}

/** Those of the file first. Secrets are masked. */
export function listCredentials(book: EntryBook): readonly ShownCredential[] {
  const stored = book.entries().entries.filter(({ kind }) => kind === KIND);
  return [...filesCredentials(book), ...stored.map(showCredential)];
}

/** Throws a GatewayError (404). */
export function findCredential(book: EntryBook, name: string): ShownCredential {
  const inFile = filesCredentials(book).find(({ credential_name: named }) => named === name);
  if (inFile !== undefined) return inFile;
  const entry = book.entries().find(KIND, name);
  if (entry === null) throw noCredential(name);
  return showCredential(entry);
}

export function showCredential({ id, facts, secrets }: StoredEntry): ShownCredential {
  return {
    credential_name: id,
    credential_values: { ...objectIn(facts, FIELD), ...maskSecrets(secrets) },
    credential_info: objectIn(facts, 'credential_info'),
  };
}

function filesCredentials({ file }: EntryBook): readonly ShownCredential[] {
  return file.credentials().map(({ name, provider, origin, at, values }) => ({
    credential_name: name,
    credential_values: values,
    credential_info: {
      custom_llm_provider: provider,
      managed_by: origin === 'file' ? 'file' : 'environment',
      ...(at === null ? {} : { defined_at: at }),
    },
  }));
}

function refuseFiles(book: EntryBook, name: string): void {
  const found = book.file.credentials().find((credential) => credential.name === name);
  if (found !== undefined) throw managedByFile('credential', name, found.at, 'credential_name');
}

function noCredential(name: string): GatewayError {
  return new GatewayError('not_found', `There is no credential '${name}'.`, { param: 'credential_name' });
}

function refuseValues(book: EntryBook, values: JsonFacts): void {
  for (const name of ADDRESSES) {
    const address = values[name];
    const refused = address === undefined ? null : book.addressRefusal(String(address));
    if (refused !== null)
      throw new GatewayError('invalid_request', `${FIELD}.${name}: ${refused}.`, { param: `${FIELD}.${name}` });
  }
  const reference = Object.entries(values).find(([, value]) => /^os\.environ\//.test(String(value)));
  if (reference === undefined) return;
  const message = `${FIELD}.${reference[0]}: the environment is for the file to read: send the value itself.`;
  throw new GatewayError('invalid_request', message, { param: `${FIELD}.${reference[0]}` });
}

function deploymentsBy(book: EntryBook, name: string): readonly StoredEntry[] {
  return book
    .entries()
    .entries.filter(
      ({ kind, facts }) =>
        kind === 'deployment' && objectIn(facts, 'litellm_params')['litellm_credential_name'] === name,
    );
}

function offNotices(book: EntryBook, name: string): readonly string[] {
  const verdicts = book.verdicts();
  return deploymentsBy(book, name).flatMap(({ id }) => {
    const reason = verdicts.get(id)?.off ?? null;
    return reason === null ? [] : [`the deployment '${id}' is off: ${reason}`];
  });
}
