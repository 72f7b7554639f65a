import type { Filter } from './filter.ts';

/** A team's own account at a provider is for its calls, all of them, and for nobody else's. */
export const teamCredential: Filter = {
  id: 'team_credential',
  field: null,
  objectionsTo: ({ ownCredentials = NONE, teamCredentials = NOBODYS }) => {
    if (teamCredentials.size === 0 && Object.keys(ownCredentials).length === 0) return null;
    return ({ provider, credential, team }) => {
      const own = ownCredentials[provider];
      if (own === credential || team !== undefined) return null;
      if (own !== undefined) return `the team calls ${provider} by a credential of its own, '${own}'`;
      return teamCredentials.has(credential) ? 'its credential is the own one of another team' : null;
    };
  },
};

const NONE: Readonly<Record<string, string>> = {};
const NOBODYS: ReadonlySet<string> = new Set();
