/** A call whose credential is to be put on it. */
export type UnsignedCall = {
  readonly method: 'GET' | 'POST';
  /** As WHATWG spells it, without a path. */
  readonly origin: string;
  /** As it is sent, with the query. */
  readonly path: string;
  /** A flat list of names in lower case and values. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
};

/**
 * Gives the headers to send: those of the call and the credential's. At once where a credential is at hand, so that a
 * call waits for nothing. Throws or rejects with a CredentialError.
 */
export type Signer = (call: UnsignedCall) => readonly string[] | Promise<readonly string[]>;

/** Why there is no credential: names the source that was asked, never a secret. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** The same header on every call: an API key. */
export function headerSigner(name: string, value: string): Signer {
  return ({ headers }) => [...headers, name, value];
}

/** A token that is fetched anew when it is due. */
export function bearerSigner(token: () => string | Promise<string>): Signer {
  return ({ headers }) => {
    const held = token();
    if (typeof held === 'string') return [...headers, 'authorization', `Bearer ${held}`];
    return held.then((fetched) => [...headers, 'authorization', `Bearer ${fetched}`]);
  };
}
