import { assemble } from './assemble.ts';
import type { Configuration } from './configuration.ts';
import { type Draft, emptyDraft } from './draft.ts';
import type { ConfigurationFault } from './fault.ts';
import type { Flags } from './flags.ts';
import { isLitellmFile, readLitellmFiles } from './litellm/litellm-file.ts';
import { type ConfigurationNode, isMapping, withValue } from './reading/configuration-node.ts';
import { mergeFiles } from './reading/merge-files.ts';
import { type Environment, Reading } from './reading/reading.ts';
import { resolveReferences } from './reading/references.ts';
import { readSourceFiles } from './reading/source-files.ts';
import { CredentialBook, type ProviderVariables } from './settings/credential-book.ts';
import { declaredIn } from './shown/declared.ts';
import { laterSections } from './waybill/schema.ts';
import { readWaybillFile } from './waybill/waybill-file.ts';

export type LoadInput = {
  readonly flags: Flags;
  readonly environment: Environment;
  /** All that the gateway knows, in the order in which they are turned on. */
  readonly providers: readonly ProviderVariables[];
  readonly cwd: string;
};

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration }
  /** In the order of files and lines. */
  | { readonly ok: false; readonly faults: readonly ConfigurationFault[] };

/** Reads flags, environment and files into one frozen value; or says all that is wrong with them at once. */
export async function loadConfiguration(input: LoadInput): Promise<Loaded> {
  const reading = new Reading(input.environment, input.cwd);
  const book = new CredentialBook(input.providers, reading);
  const path = input.flags.config ?? reading.variable('WAYBILL_CONFIG');
  const draft =
    path === null ? emptyDraft : readFiles(reading.resolvePath(path, input.cwd), input.flags, book, reading);
  const configuration = assemble(draft, input.flags, book, reading);
  if (reading.faults.length > 0) return { ok: false, faults: inOrder(reading) };
  return { ok: true, configuration };
}

function readFiles(path: string, flags: Flags, book: CredentialBook, reading: Reading): Draft {
  const { files, folderOf } = readSourceFiles(path, reading);
  const nodes = files.map((file) => file.node);
  const mappings = nodes.filter((node) => isMapping(node.value));
  for (const node of nodes)
    if (!isMapping(node.value) && node.value !== null) reading.fault(node.place, 'expected a mapping');
  if (mappings.length === 0) return { ...emptyDraft, schema: 'waybill' };
  const declared = declaredIn(mappings);
  if (mappings.some(isLitellmFile))
    return { ...readLitellmFiles(mappings, folderOf, flags.acceptUnsupported ?? [], book, reading), declared };
  const merged = mergeFiles(mappings, reading);
  const sections = [...(isMapping(merged.value) ? merged.value : [])].flatMap(
    ([key, node]): [string, ConfigurationNode][] => {
      // A section without content is none; one that is not read yet has no references to look up.
      if (node.value === null) return [];
      const isRead = !laterSections.includes(key) && !key.startsWith('x-');
      return [[key, isRead ? resolveReferences(node, { reading, folderOf, litellm: false }) : node]];
    },
  );
  return { ...readWaybillFile(withValue(merged, new Map(sections)), folderOf, book, reading), declared };
}

/** Faults without a place first, then file by file as they were read. */
function inOrder(reading: Reading): readonly ConfigurationFault[] {
  const order = [...reading.files].map((file) => reading.display(file));
  const rank = (fault: ConfigurationFault) => (fault.file === null ? -1 : order.indexOf(fault.file));
  return reading.faults.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}
