import { type LitellmCipher, looksHidden } from './litellm-cipher.ts';
import { type LitellmRow, mappingIn, textIn } from './litellm-row.ts';
import type { Loss } from './moved.ts';

/** A deployment or a credential that was made in LiteLLM's dashboard, in its words. Secrets are among `values`. */
export type MovedEntry = {
  readonly kind: 'deployment' | 'credential';
  readonly id: string;
  /** What callers name; of a credential, its own name. */
  readonly name: string;
  /** `litellm_params`, or the values of a credential. */
  readonly values: LitellmRow;
  /** `model_info`, or `credential_info`. */
  readonly info: LitellmRow;
};

/** Or why it does not come. */
export type Translated = MovedEntry | Loss;

export function isEntry(translated: Translated): translated is MovedEntry {
  return 'values' in translated;
}

/** Said by LiteLLM of the row, not by whoever made it. */
const OF_THE_ROW: ReadonlySet<string> = new Set([
  'id',
  'db_model',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
]);

export function translateDeployment(row: LitellmRow, cipher: LitellmCipher): Translated {
  const id = textIn(row, 'model_id') ?? '';
  const name = textIn(row, 'model_name') ?? '';
  const lose = (reason: string): Loss => leftOut('model', `${name} (${id})`, reason);
  const values = opened(mappingIn(row, 'litellm_params'), cipher);
  if (values === null) return lose(NOT_OPENED);
  const told = Object.entries(mappingIn(row, 'model_info')).filter(([field]) => !OF_THE_ROW.has(field));
  const blocked = row['blocked'] === true ? { blocked: true } : {};
  return { kind: 'deployment', id, name, values, info: { ...Object.fromEntries(told), ...blocked } };
}

export function translateCredential(row: LitellmRow, cipher: LitellmCipher): Translated {
  const name = textIn(row, 'credential_name') ?? '';
  const values = opened(mappingIn(row, 'credential_values'), cipher);
  if (values === null) return leftOut('credential', name, NOT_OPENED);
  return { kind: 'credential', id: name, name, values, info: mappingIn(row, 'credential_info') };
}

const NOT_OPENED =
  "it does not open: give LiteLLM's salt key, or its master key where it has no other, with --salt-key";

function leftOut(kind: 'model' | 'credential', id: string, reason: string): Loss {
  return { kind, id, field: '', reason, restricts: false };
}

/** Each text is hidden by itself, or was written before LiteLLM hid it. null: one is hidden under another key. */
function opened(values: LitellmRow, cipher: LitellmCipher): LitellmRow | null {
  const open: Record<string, unknown> = {};
  let isAnyOpened = false;
  let isAnyShut = false;
  for (const [name, value] of Object.entries(values)) {
    const text = typeof value === 'string' ? cipher.open(value) : null;
    isAnyOpened ||= text !== null;
    isAnyShut ||= text === null && typeof value === 'string' && looksHidden(value);
    open[name] = text ?? value;
  }
  // Where the key is the right one, what looks hidden and does not open was written so.
  return isAnyShut && !isAnyOpened ? null : open;
}

/** What was set in LiteLLM's dashboard: here the configuration file says it. */
export function settingsLost(rows: readonly LitellmRow[]): readonly Loss[] {
  const reason = 'it was set in the dashboard of LiteLLM; here the configuration file says it';
  return rows.flatMap((row) => {
    const section = textIn(row, 'param_name') ?? '';
    return Object.keys(mappingIn(row, 'param_value')).map(
      (name): Loss => ({ kind: 'setting', id: `${section}.${name}`, field: '', reason, restricts: false }),
    );
  });
}
