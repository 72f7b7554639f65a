import type { Reading } from '../reading/reading.ts';

/** A part of a provider's addresses, an option of the credential. */
export type AddressPart = {
  readonly option: string;
  /** Those that usually hold it, the first that is set counts. */
  readonly variables: readonly string[];
  readonly needed: 'always' | 'without-base-url' | 'never';
};

type Options = Readonly<Record<string, string>>;

/** The options with those parts of addresses that the environment, or the account itself, says. */
export function withAddressParts(
  parts: readonly AddressPart[],
  given: Options,
  baseUrl: string | null,
  reading: Reading,
): { readonly options: Options; readonly missing: AddressPart | null } {
  const options: Record<string, string> = { ...given };
  let missing: AddressPart | null = null;
  for (const part of parts) {
    if (options[part.option] !== undefined) continue;
    const isNeeded = part.needed === 'always' || (part.needed === 'without-base-url' && baseUrl === null);
    if (!isNeeded) continue;
    const value = part.variables.map((name) => reading.variable(name)).find((held) => held !== null);
    const known = value ?? (part.option === 'project' ? projectOf(given) : null);
    if (known === null) missing ??= part;
    else options[part.option] = known;
  }
  return { options, missing };
}

/** What is to be done about a part that nothing says. */
export function wantedPart({ option, needed, variables }: AddressPart): string {
  const what = needed === 'without-base-url' ? `a base_url or a ${option}` : `a ${option}`;
  return variables.length === 0 ? what : `${what}, or ${variables.join(' or ')} in the environment`;
}

/** A service account's document names the project that it belongs to. */
function projectOf({ service_account: document }: Options): string | null {
  if (document === undefined || !document.trimStart().startsWith('{')) return null;
  try {
    const { project_id: project } = JSON.parse(document) as { project_id?: unknown };
    return typeof project === 'string' ? project : null;
  } catch {
    return null;
  }
}
