import { type AddressVerdict, guardAddress } from './address-guard.ts';

/** What of the configuration says whom addresses that come over the API may name. */
export type GateRules = {
  readonly network: { readonly privateHosts: readonly string[] };
  readonly credentials: readonly { readonly baseUrl: string | null; readonly origin: string }[];
};

export type AddressGate = {
  readonly configure: (rules: GateRules) => void;
  /** Why an address that came over the API is not called; null: it may be, and is guarded from then on. */
  readonly refusal: (address: string) => string | null;
  /** Whether sockets to this origin are kept to the public internet, whatever its name resolves to. */
  readonly isGuarded: (origin: string) => boolean;
};

/** Addresses of the operator's own file are the operator's business; those that come over the API are not. */
export function openAddressGate(first: GateRules): AddressGate {
  let rules = first;
  // Only ever more of them: an origin that was given once may have calls under way.
  const given = new Set<string>();
  return {
    configure: (next) => {
      rules = next;
    },
    refusal: (address) => {
      const verdict = judge(address, rules);
      if (!verdict.allowed) return verdict.reason;
      given.add(verdict.url.origin);
      return null;
    },
    isGuarded: (origin) => given.has(origin) && !isOperators(origin, rules) && !isAllowed(origin, rules),
  };
}

function judge(address: string, rules: GateRules): AddressVerdict {
  const verdict = guardAddress(address, 'operator');
  if (!verdict.allowed || isAllowed(verdict.url.origin, rules)) return verdict;
  const guarded = guardAddress(address, 'guarded');
  if (guarded.allowed) return guarded;
  const remedy = 'addresses of this network need network.private_hosts in the file, or WAYBILL_PRIVATE_HOSTS';
  return { allowed: false, reason: `${guarded.reason}; ${remedy}` };
}

function isOperators(origin: string, { credentials }: GateRules): boolean {
  return credentials.some((each) => each.origin !== 'api' && URL.parse(each.baseUrl ?? '')?.origin === origin);
}

function isAllowed(origin: string, { network }: GateRules): boolean {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  return network.privateHosts.some((allowed) =>
    allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed,
  );
}
