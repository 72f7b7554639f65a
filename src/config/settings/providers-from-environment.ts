import { nearestNames } from '../../std/index.ts';
import type { Reading } from '../reading/reading.ts';
import { bareCredential, type CredentialBook, SANDBOX } from './credential-book.ts';

/** Providers whose rooms come later; nobody should look for a spelling mistake. */
const LATER = new Set(['sagemaker', 'watsonx', 'oci', 'replicate']);

/**
 * Turns on every provider whose usual variable is set, the ambient ones only if they are named by `--providers`; and
 * the sandbox if it is asked for or nothing else is there.
 */
export function addProvidersFromEnvironment(
  book: CredentialBook,
  named: readonly string[],
  sandbox: boolean,
  reading: Reading,
): void {
  for (const provider of book.providers) {
    const variable = provider.ambient ? null : book.variableOf(provider);
    if (variable === null || book.has(provider.id)) continue;
    const problem = book.turnOn(provider);
    if (problem !== null) reading.notices.push(`${variable.name} is set, but ${problem}`);
  }
  for (const id of named) {
    const provider = book.provider(id);
    const problem = provider === null ? unknownProvider(id, book) : book.turnOn(provider);
    if (problem !== null) reading.fault(null, `--providers: ${problem}`);
  }
  const isReal = book.all.some((credential) => credential.provider !== SANDBOX);
  const hasSandbox = book.all.some((credential) => credential.provider === SANDBOX);
  if (hasSandbox || (isReal && !sandbox)) return;
  book.add({ ...bareCredential(SANDBOX), origin: 'default' });
  if (!isReal) reading.notices.push('sandbox is on: there is no other credential');
}

export function unknownProvider(id: string, book: CredentialBook): string {
  if (LATER.has(id)) return `the provider '${id}' is not available in this version yet`;
  const known = book.providers.map((provider) => provider.id);
  const [nearest] = nearestNames(id, known, 1);
  return `there is no provider '${id}': ${nearest === undefined ? 'docs/providers.md lists them' : `did you mean '${nearest}'?`}`;
}
