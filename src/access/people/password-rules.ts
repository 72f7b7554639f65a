import { isCommon } from './usual-passwords.ts';

const LEAST_LETTERS = 12;
/** Longer ones are work for nothing. */
const MOST_LETTERS = 256;
/** Parts of a name or an address that are shorter say nothing of whose password it is. */
const LEAST_OF_NAME = 4;

/**
 * What is wrong with a new password; null: nothing. Length, and neither a password of everybody's nor one that the
 * person's name is most of: rules of composition make worse passwords (NIST SP 800-63B, 3.1.1.2).
 */
export function passwordFault(
  password: string,
  { email, alias }: { readonly email: string | null; readonly alias: string | null },
): string | null {
  const letters = [...password].length;
  if (letters < LEAST_LETTERS) return `It has ${letters} characters; expected ${LEAST_LETTERS} at least.`;
  if (letters > MOST_LETTERS) return `It has ${letters} characters; expected ${MOST_LETTERS} at most.`;
  if (new Set(password).size < 5)
    return 'It is a few characters again and again; expected five different ones at least.';
  if (isCommon(password)) return 'It is one of the passwords that are tried first; choose another.';
  const lower = password.toLowerCase();
  const named = partsOf(email, alias).find((part) => lower.includes(part) && part.length * 2 > letters);
  return named === undefined ? null : `Most of it is '${named}', which is known of you; choose another.`;
}

function partsOf(email: string | null, alias: string | null): readonly string[] {
  const address = email?.toLowerCase() ?? '';
  const [local = '', domain = ''] = address.split('@');
  const names = alias?.toLowerCase() ?? '';
  const parts = [
    address,
    local,
    domain,
    domain.split('.')[0] ?? '',
    names,
    ...names.split(/\s+/),
    ...local.split(/[._+-]/),
  ];
  return [...new Set(parts)].filter((part) => part.length >= LEAST_OF_NAME).toSorted((a, b) => b.length - a.length);
}
