import { maskKeys, maskSecret } from '../../std/index.ts';

/** Members of a body that clients put a credential into: LiteLLM's, and those of MCP servers. */
const SECRET =
  /^(?:api_?key|authorization|authorization_token|access_token|client_secret|aws_secret_access_key|aws_session_token|vertex_credentials)$/i;
const MAY_HOLD_ONE = /sk-|"(?:api_?key|authorization|access_token|client_secret|aws_se|vertex_cred|headers)/i;

/** Whether it is worth while to look: most bodies hold none, and stay byte for byte. */
export function mayHoldCredentials(json: string): boolean {
  return MAY_HOLD_ONE.test(json);
}

/** The same with credentials masked: by the name of their member, and what looks like a key wherever it stands. */
export function withoutCredentials(value: unknown): unknown {
  return masked(value, false);
}

function masked(value: unknown, isSecret: boolean): unknown {
  if (typeof value === 'string') return isSecret ? maskSecret(value) : maskKeys(value);
  if (Array.isArray(value)) return value.map((each) => masked(each, isSecret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      // Headers for a server of tools are flat; a schema may have a property of such a name.
      masked(each, isSecret || (typeof each === 'string' ? SECRET.test(name) : name === 'headers' && isFlat(each))),
    ]),
  );
}

function isFlat(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string');
}
