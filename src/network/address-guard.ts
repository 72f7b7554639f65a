import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * `operator`: an address from the operator's own file or environment; private hosts are fine, cloud metadata never.
 * `guarded`: an address that came over the API; only the public internet.
 * `metadata`: where a cloud credential's own chain asks the machine it runs on; metadata addresses and this machine,
 * nothing else.
 */
export type AddressPolicy = 'operator' | 'guarded' | 'metadata';

export type AddressVerdict =
  | { readonly allowed: true; readonly url: URL }
  | { readonly allowed: false; readonly reason: string };

/** Metadata addresses of AWS, GCP, Azure, Oracle (link-local), AWS over IPv6 and Alibaba. */
const metadata = blockList(['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32']);

/** IANA's special-purpose registries: everything that is not globally reachable unicast. */
const notPublic = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

const loopback = blockList(['127.0.0.0/8', '::1/128']);

const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'metadata', 'instance-data']);
/** Names that mean this machine or this network whatever a resolver says (RFC 6761, RFC 8375, RFC 6762). */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'home.arpa', 'intranet', 'lan', 'localdomain'];

/**
 * Judges an address before anything is sent to it. A name is judged again by what it resolves to (`guardedLookup`):
 * sockets never ask a lookup function about an address that is already a number, so both checks are needed.
 */
export function guardAddress(address: string, policy: AddressPolicy): AddressVerdict {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return refused('not a URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refused(`scheme ${url.protocol} is not http or https`);
  if (url.username !== '' || url.password !== '') return refused('user and password in a URL are not taken');
  const host = bareHost(url.hostname);
  if (host === '') return refused('no host');
  const reason = isIP(host) === 0 ? refusedName(host, policy) : refusedIp(host, policy);
  return reason === null ? { allowed: true, url } : refused(reason);
}

/** Why this IP may not be connected to; null: it may. */
export function refusedIp(address: string, policy: AddressPolicy): string | null {
  const bare = address.split('%', 1)[0] ?? '';
  const plain = unmapped(bare);
  if (isIP(plain) === 0) return `${address} is not an IP address`;
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (policy === 'metadata') {
    const isNear = metadata.check(plain, family) || loopback.check(plain, family);
    return isNear ? null : `${address} is not a metadata address`;
  }
  if (metadata.check(plain, family)) return `${address} is a link-local metadata address`;
  const embedded = embeddedIpv4(plain);
  if (embedded !== null && metadata.check(embedded, 'ipv4')) return `${address} leads to a link-local metadata address`;
  if (policy === 'guarded' && notPublic.check(plain, family)) return `${address} is not a public address`;
  return null;
}

function refusedName(host: string, policy: AddressPolicy): string | null {
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (policy === 'metadata')
    return METADATA_NAMES.has(name) || name === 'localhost' ? null : `${name} is not a metadata address`;
  if (METADATA_NAMES.has(name)) return `${name} is a metadata address`;
  if (policy === 'operator') return null;
  if (!name.includes('.')) return `${name} is not a public name`;
  const isPrivate = PRIVATE_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`));
  return isPrivate ? `${name} is not a public name` : null;
}

/** `[::1]` as URLs spell it becomes `::1`; a trailing dot on an IPv4 number is dropped by the URL parser itself. */
function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** `::ffff:a.b.c.d` in any spelling becomes `a.b.c.d`: it connects there. */
function unmapped(address: string): string {
  const words = ipv6Words(address);
  if (words === null) return address;
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return isMapped ? ipv4FromWords(words[6] ?? 0, words[7] ?? 0) : address;
}

/** The IPv4 address that NAT64 (64:ff9b::/96), 6to4 (2002::/16) or an IPv4-compatible address leads to. */
function embeddedIpv4(address: string): string | null {
  const words = ipv6Words(address);
  if (words === null) return null;
  if (words[0] === 0x2002) return ipv4FromWords(words[1] ?? 0, words[2] ?? 0);
  const middleIsZero = words.slice(2, 6).every((word) => word === 0);
  const isNat64 = words[0] === 0x64 && words[1] === 0xff9b && middleIsZero;
  const isCompatible = words[0] === 0 && words[1] === 0 && middleIsZero;
  return isNat64 || isCompatible ? ipv4FromWords(words[6] ?? 0, words[7] ?? 0) : null;
}

/** The eight 16-bit words of an IPv6 address; null for anything else. The URL parser writes the canonical form. */
function ipv6Words(address: string): readonly number[] | null {
  if (isIP(address) !== 6) return null;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((word) => Number.parseInt(word, 16));
}

function ipv4FromWords(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function refused(reason: string): AddressVerdict {
  return { allowed: false, reason };
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits = ''] = subnet.split('/');
    list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list;
}
