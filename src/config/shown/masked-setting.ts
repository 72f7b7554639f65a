import { maskSecret } from '../../std/index.ts';

/** Names of what may be a secret, and sections in which everything may be. */
const SECRET_NAME = /key|secret|token|passw|salt|dsn|webhook|credential$|service_account|certificate|authorization/i;
const SECRET_PART = /(?:^|\.)(?:headers|extra_headers|environment_variables|vertex_credentials)\./;

/** Counts, and what is looked up elsewhere, give nothing away. */
const HARMLESS = /^(?:[\d.]{1,12}|true|false|on|off|none|os\.environ\/\S+|\$\{[^}]+\})$/;

/** Names that only look like those of secrets. */
const NO_SECRET = /(?:_id|_alias|_name|_type|_limit|tokens|_location)$/i;

/** A setting as it may be shown: too much is hidden rather than too little. */
export function maskedSetting(name: string, text: string): string {
  if (HARMLESS.test(text)) return text;
  const last = name.slice(name.lastIndexOf('.') + 1);
  const mayBeSecret = (SECRET_NAME.test(last) && !NO_SECRET.test(last)) || SECRET_PART.test(name);
  return mayBeSecret ? maskSecret(text) : withoutPassword(text);
}

/** Of an address, what may be a secret is its password and its query; a text may have one anywhere. */
function withoutPassword(text: string): string {
  return text
    .replace(/(:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1****@')
    .replace(/([?&][^=&\s]*(?:key|token|pass|secret|sig)[^=&\s]*=)[^&\s]+/gi, '$1****')
    .replace(/\b(?:sk|pk|rk|xox[a-z]|gh[a-z])[-_][A-Za-z0-9_-]{8,}/g, '****');
}
