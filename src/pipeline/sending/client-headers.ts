import type { IncomingHttpHeaders } from 'node:http';

const NONE: readonly string[] = [];

/** What is for this gateway, or comes from what stands in front of it; what the SDKs say of themselves. */
const OURS = /^x-(?:waybill|litellm|stainless|forwarded|envoy|original|rewrite|accel|pass)(?:-|$)/;
/** Clouds and gateways read orders in theirs: who signs, who pays (`x-goog-user-project`), which model answers. */
const ORDERS = /^x-(?:amz|amzn|aws|goog|ms|portkey|http-method|method)(?:-|$)/;
const SINGLE = new Set(['x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'x-remote-user', 'x-openrouter-metadata']);
/** By a part of the name: too much rather than too little, so that `x-author` stays here as well. */
const SECRET =
  /auth|token|secret|passw|passphrase|credential|cookie|jwt|saml|signature|csrf|xsrf|cert|api-?key|-keys?(?:-|$)/;
/** A credential under a harmless name. */
const SECRET_VALUE = /^(?:bearer|basic|digest|negotiate)\s|\bsk-[\w-]{13}/i;
/** As node takes it for a header's value; what HTTP calls field-content. */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Beside names that begin with `x-`; for upstreams in Anthropic's dialect. */
export const ANTHROPIC_BETA = 'anthropic-beta';

/**
 * What of a client's headers may go on to an upstream where the operator wants that, flat: `x-*` and `anthropic-beta`, as
 * LiteLLM has it. Never what is or may be a credential, what belongs to the connection, and what a gateway or a cloud
 * takes for an order.
 */
export function clientHeaders(headers: IncomingHttpHeaders, credentials: readonly string[]): readonly string[] {
  const ofConnection = namesIn(headers.connection);
  return Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !maySayUpstream(name) || ofConnection.has(name)) return NONE;
    if (SECRET_VALUE.test(value) || !SENDABLE.test(value)) return NONE;
    return credentials.some((credential) => value.includes(credential)) ? NONE : [name, value];
  });
}

function maySayUpstream(name: string): boolean {
  if (name === ANTHROPIC_BETA) return true;
  if (!name.startsWith('x-') || SINGLE.has(name)) return false;
  return !OURS.test(name) && !ORDERS.test(name) && !SECRET.test(name);
}

/** A `Connection` header names what goes no further than the next hop (RFC 9110, 7.6.1). */
function namesIn(connection: string | undefined): ReadonlySet<string> {
  return new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

/** The call's own headers, and of the client's those that the call has not said itself; lists of betas become one. */
export function withClientHeaders(own: readonly string[], fromClient: readonly string[]): readonly string[] {
  const headers = [...own];
  for (let at = 0; at < fromClient.length; at += 2) {
    const [name = '', value = ''] = [fromClient[at], fromClient[at + 1]];
    const place = headers.findIndex((each, index) => index % 2 === 0 && each === name);
    if (place === -1) headers.push(name, value);
    else if (name === ANTHROPIC_BETA) headers[place + 1] = bothLists(headers[place + 1] ?? '', value);
  }
  return headers;
}

function bothLists(one: string, other: string): string {
  const entries = `${one},${other}`.split(',').map((entry) => entry.trim());
  return [...new Set(entries)].filter((entry) => entry !== '').join(',');
}
