import { BlockList, isIP, isIPv4 } from 'node:net';

export type ProxySettings = {
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  /** Names, `.suffixes`, `*.suffixes`, `host:port`, IPs, CIDR ranges or `*`, separated by commas or spaces. */
  readonly noProxy: string | null;
};

type Rule = { readonly host: string; readonly port: string | null; readonly range: BlockList | null };

/**
 * Which proxy an origin is reached through; null: none. As curl does it: `https` origins by `httpsProxy` only, `http`
 * ones by `httpProxy` only. Loopback is never proxied. Throws a RangeError for a proxy that is not http or https.
 */
export function openProxyRules(settings: ProxySettings): (origin: URL) => URL | null {
  const httpProxy = parseProxy(settings.httpProxy, 'HTTP_PROXY');
  const httpsProxy = parseProxy(settings.httpsProxy, 'HTTPS_PROXY');
  const rules = (settings.noProxy ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseRule);
  return (origin) => {
    const proxy = origin.protocol === 'https:' ? httpsProxy : httpProxy;
    if (proxy === null) return null;
    const host = bareName(origin.hostname);
    if (isLoopback(host)) return null;
    const port = origin.port === '' ? (origin.protocol === 'https:' ? '443' : '80') : origin.port;
    return rules.some((rule) => matches(rule, host, port)) ? null : proxy;
  };
}

/** Names of this machine and 127/8, ::1: no proxy could reach them. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
  );
}

function parseProxy(value: string | null, name: string): URL | null {
  if (value === null || value.trim() === '') return null;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '') throw new RangeError(`${name} is not a URL`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RangeError(`${name}: only http and https proxies are supported, not ${url.protocol.slice(0, -1)}`);
  }
  return url;
}

function parseRule(entry: string): Rule {
  const cidr = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry);
  if (cidr !== null && isIP(cidr[1] ?? '') !== 0)
    return { host: '', port: null, range: rangeOf(cidr[1] ?? '', Number(cidr[2])) };
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { host: bareName(bracketed[1] ?? ''), port: bracketed[2] ?? null, range: null };
  if (isIP(entry) === 6) return { host: bareName(entry), port: null, range: null };
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bareName(host.replace(/^\*?\./, '') || host), port: port ?? null, range: null };
}

/** A range that cannot be (10.0.0.0/64) matches nothing rather than everything. */
function rangeOf(network: string, bits: number): BlockList {
  const list = new BlockList();
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  if (bits <= (family === 'ipv4' ? 32 : 128)) list.addSubnet(network, bits, family);
  return list;
}

function matches(rule: Rule, host: string, port: string): boolean {
  if (rule.range !== null) {
    const version = isIP(host);
    return version !== 0 && rule.range.check(host, version === 4 ? 'ipv4' : 'ipv6');
  }
  if (rule.port !== null && rule.port !== port) return false;
  return rule.host === '*' || host === rule.host || host.endsWith(`.${rule.host}`);
}

function bareName(hostname: string): string {
  const name = hostname.toLowerCase();
  if (name.startsWith('[')) return name.slice(1, -1);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
