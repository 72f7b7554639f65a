type Options = Readonly<Record<string, string>>;

const ENTRA = ['tenant_id', 'client_id', 'client_secret', 'client_certificate'] as const;
const IDENTITY = [...ENTRA, 'access_key_id', 'profile', 'role_arn', 'service_account'] as const;

/** What means nothing alone, and what has to stand beside it. */
const TOGETHER: readonly (readonly [option: string, beside: string])[] = [
  ['access_key_id', 'secret_access_key'],
  ['secret_access_key', 'access_key_id'],
  ['session_token', 'access_key_id'],
  ['role_session_name', 'role_arn'],
  ['external_id', 'role_arn'],
  ['web_identity_token_file', 'role_arn'],
];

/** Whether the options name an application of Microsoft Entra. */
export function holdsEntra(options: Options): boolean {
  return ENTRA.some((name) => options[name] !== undefined);
}

/** Whether the options say who calls, so that a key in the environment is another's. */
export function holdsIdentity(options: Options): boolean {
  return IDENTITY.some((name) => options[name] !== undefined);
}

/** What is wrong with the options of one credential; null: nothing. */
export function optionProblem(options: Options): { readonly path: readonly string[]; readonly message: string } | null {
  for (const [option, beside] of TOGETHER) {
    if (options[option] !== undefined && options[beside] === undefined)
      return { path: [option], message: `'${option}' needs '${beside}' beside it` };
  }
  const account = options['service_account'];
  if (account === undefined || !account.trimStart().startsWith('{') || isObject(account)) return null;
  return { path: ['service_account'], message: "'service_account' is not the JSON of a credential" };
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
