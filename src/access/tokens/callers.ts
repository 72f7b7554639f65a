import type { KeyRing } from '../key-ring.ts';
import { openDirectoryToken } from './directory-token.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { openTokenRing, type TokenRingOptions } from './token-ring.ts';

/** What the configuration says of tokens. */
export type TokenSettings = {
  readonly issuers: readonly TokenIssuer[];
  /** Of the directory; null: it needs a key. */
  readonly directory: string | null;
};

/** Whoever calls: by a virtual key, by a token of an identity provider, or by the directory's own token. */
export type Callers = { readonly ring: KeyRing; readonly configure: (settings: TokenSettings) => void };

export function openCallers(
  first: TokenSettings,
  options: Omit<TokenRingOptions, 'issuers'> & { readonly ring: KeyRing },
): Callers {
  const { ring } = options;
  const tokens = openTokenRing({ ...options, issuers: first.issuers });
  let findDirectory = openDirectoryToken(first.directory);
  return {
    ring: {
      ...ring,
      find: (secret) => tokens.find(secret) ?? findDirectory(secret) ?? ring.find(secret),
      lookUp: async (secret) => (await tokens.lookUp(secret)) ?? ring.lookUp(secret),
    },
    configure: ({ issuers, directory }) => {
      findDirectory = openDirectoryToken(directory);
      tokens.configure(issuers);
    },
  };
}
