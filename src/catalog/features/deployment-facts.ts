import type { RoutingFamily } from '../../inference/index.ts';
import type { CatalogCredential, CatalogProvider, OperatorFacts } from '../input.ts';
import type { DataPolicy, Deployment } from '../model.ts';
import { capabilitiesOf } from './capabilities.ts';

type Known = Pick<Deployment, 'features' | 'data' | 'region' | 'tags' | 'names' | 'routesOn' | 'needsCallerKey'>;

/**
 * What is known of a deployment beside its price and size: the operator's word for it, else for its credential, else
 * the tables of models and providers. What nobody said stays unknown.
 */
export function deploymentFacts(
  upstreamModel: string,
  baseModel: string | null,
  credential: CatalogCredential,
  row: CatalogProvider | null,
  own?: OperatorFacts,
): Known {
  const said = [own, credential.facts].filter((facts) => facts !== undefined);
  const first = <Name extends keyof OperatorFacts>(name: Name): OperatorFacts[Name] | null =>
    said.find((facts) => facts[name] !== null)?.[name] ?? null;
  const region = (first('region') ?? credential.options?.region ?? credential.options?.location ?? null)?.toLowerCase();
  const table = baseModel === null && !isAtProvider(credential, row) ? {} : capabilitiesOf(baseModel ?? upstreamModel);
  const parameters = first('parameters');
  return {
    features: {
      inputs: first('inputs') ?? table.inputs ?? null,
      outputs: first('outputs') ?? table.outputs ?? null,
      parameters: parameters ?? table.parameters ?? null,
      ...partly(said, parameters === null ? table : {}),
      quantization: first('quantization')?.toLowerCase() ?? null,
      distillable: first('distillable'),
    },
    data: dataPolicy(said, credential, row),
    region: region ?? null,
    tags: first('tags') ?? [],
    names: namesOf(credential, row, region ?? null),
    routesOn: ROUTES_ON[row?.routesBy ?? 'none'],
    needsCallerKey: credential.auth === 'caller',
  };
}

/** Whose gateways heed the `provider` object of a request. */
const ROUTES_ON: Readonly<Record<RoutingFamily | 'none', boolean>> = {
  'openrouter-fields': true,
  'litellm-fields': false,
  none: false,
};

type Partly = { readonly has?: readonly string[]; readonly lacks?: readonly string[] };

/** The operator's word stands against the table's: what he says is had is not lacked. */
function partly(said: readonly OperatorFacts[], table: Partly): Partly {
  const has = said.flatMap((facts) => facts.has);
  const lacks = said.flatMap((facts) => facts.lacks);
  const all = {
    has: [...has, ...(table.has ?? []).filter((name) => !lacks.includes(name))],
    lacks: [...lacks, ...(table.lacks ?? []).filter((name) => !has.includes(name))],
  };
  return all.has.length + all.lacks.length === 0 ? {} : all;
}

/** What providers and makers document holds at a provider's own address: behind another, any name may be anything. */
function isAtProvider({ baseUrl }: CatalogCredential, row: CatalogProvider | null): boolean {
  return row?.local !== true && (baseUrl === null || baseUrl === undefined);
}

function dataPolicy(
  said: readonly OperatorFacts[],
  credential: CatalogCredential,
  row: CatalogProvider | null,
): DataPolicy {
  const documented = isAtProvider(credential, row) ? row?.data : UNKNOWN;
  const known = row?.sandbox === true || isAtHome(credential, row) ? AT_HOME : (documented ?? UNKNOWN);
  return {
    collects: said.find(({ data }) => data.collects !== null)?.data.collects ?? known.collects,
    retains: said.find(({ data }) => data.retains !== null)?.data.retains ?? known.retains,
  };
}

const UNKNOWN: DataPolicy = { collects: null, retains: null };
const AT_HOME: DataPolicy = { collects: false, retains: false };

/** Loopback, private networks (RFC 1918, RFC 4193), and names that no public resolver knows. */
const PRIVATE_HOST =
  /^(?:(?:127|10)(?:\.\d+){3}|(?:192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2}|\[(?:::1|f[cd][\da-f:]*)\]|[^.[\]]+|.*\.(?:local|localhost|internal|lan))$/;

/** A server of the operator's own; a provider of such servers may as well stand for one on the internet. */
function isAtHome({ baseUrl }: CatalogCredential, row: CatalogProvider | null): boolean {
  if (row?.local !== true) return false;
  const host = baseUrl === null || baseUrl === undefined ? null : URL.parse(baseUrl)?.hostname;
  return host === null || (host !== undefined && PRIVATE_HOST.test(host));
}

function namesOf(
  { name, provider }: CatalogCredential,
  row: CatalogProvider | null,
  region: string | null,
): readonly string[] {
  const bare = [...new Set([name, provider, ...(row?.alsoCalled ?? [])].map((each) => each.toLowerCase()))];
  return region === null ? bare : [...bare, ...bare.map((each) => `${each}/${region}`)];
}
