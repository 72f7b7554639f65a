import { type ConfigurationNode, mappingOf, type Place } from './configuration-node.ts';
import type { CredentialBook } from './credential-book.ts';
import { type Draft, emptyDraft } from './draft.ts';
import type { Reading } from './reading.ts';

export function isLitellmFile(root: ConfigurationNode): boolean {
  const keys = mappingOf(root);
  return ['model_list', 'litellm_settings', 'general_settings', 'router_settings', 'environment_variables', 'credential_list'].some((key) => keys.has(key));
}

export function readLitellmFiles(
  _roots: readonly ConfigurationNode[],
  _folderOf: (place: Place) => string,
  _accepted: readonly string[],
  _book: CredentialBook,
  _reading: Reading,
): Draft {
  return { ...emptyDraft, schema: 'litellm' };
}
