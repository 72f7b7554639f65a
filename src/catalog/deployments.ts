import { createHash } from 'node:crypto';
import { parseLinearPattern } from '../std/index.ts';
import type { Fact, Facts } from './facts.ts';
import { deploymentFacts } from './features/deployment-facts.ts';
import type { CatalogCredential, CatalogInput, OperatorDeployment } from './input.ts';
import type { Deployment } from './model.ts';
import { operatorPrice } from './operator-price.ts';
import { traitsOf } from './traits.ts';
import { withStar } from './wildcard.ts';

export type DeploymentMaker = {
  /**
   * `twin` counts the deployments before it that are the same by name, `star` is what a wildcard in the model's name
   * stood for. null: its credential does not exist.
   */
  readonly configured: (model: string, twin: number, deployment: OperatorDeployment, star: string) => Deployment | null;
  /** A name that nobody configured, at a credential. */
  readonly dynamic: (model: string, credential: string, upstreamModel: string) => Deployment | null;
  /** A deployment of a model by another credential of its provider; null: there is none of that name. */
  readonly at: (deployment: Deployment, credential: string, model: string) => Deployment | null;
};

export function deploymentMaker(
  input: Pick<CatalogInput, 'credentials' | 'provider' | 'timeouts' | 'adjust'>,
  facts: Facts,
): DeploymentMaker {
  const credentials = new Map(input.credentials.map((credential) => [credential.name, credential]));
  const providers = new Map(input.credentials.map(({ name, provider }) => [name, provider]));
  const find: Find = (provider, name) => facts.find(provider, name) ?? findByPath(facts, providers, name);
  const { origins, laid } = openOrigins(input.adjust);
  return {
    at: (deployment, credential, model) => {
      const account = credentials.get(credential);
      const origin = origins.get(deployment) ?? { made: deployment, said: null };
      if (account?.provider !== deployment.provider) return null;
      return laid(byCredential(account, origin, input), model, origin.said);
    },
    configured: (model, twin, deployment, star) => {
      const { credential, baseModel, priority, weight, limits, headers } = deployment;
      const account = credentials.get(credential);
      if (account === undefined) return null;
      const { provider } = account;
      const upstreamModel = withStar(deployment.upstreamModel, star);
      const fact = factOf(deployment, upstreamModel, provider, facts, find) ?? find(provider, model);
      const made: Deployment = Object.freeze({
        id: deployment.id ?? hashed(model, credential, upstreamModel, String(twin)),
        credential,
        provider,
        upstreamModel,
        price: deployment.price === null ? (fact?.price ?? null) : operatorPrice(deployment.price, deployment.at),
        contextWindow: deployment.contextWindow ?? fact?.contextWindow ?? null,
        maxOutput: deployment.maxOutput ?? fact?.maxOutput ?? null,
        traits: traitsOf(baseModel ?? upstreamModel),
        ...deploymentFacts(upstreamModel, baseModel, account, input.provider(provider), deployment.facts),
        circuit: circuitOf(credential, upstreamModel),
        priority,
        weight,
        limits,
        timeouts: { ...input.timeouts, ...deployment.timeouts },
        headers,
        ...(deployment.retries === undefined ? {} : { retries: deployment.retries }),
        ...tierPricesOf(deployment),
        ...tagPatternsOf(deployment),
        ...(deployment.team === undefined ? {} : { team: deployment.team }),
        ...(deployment.limitedAs === undefined ? {} : { limitedAs: deployment.limitedAs }),
      });
      return laid(made, model, deployment);
    },
    dynamic: (model, credential, upstreamModel) => {
      const account = credentials.get(credential);
      if (account === undefined) return null;
      const { provider } = account;
      const fact = facts.find(provider, upstreamModel) ?? { price: null, contextWindow: null, maxOutput: null };
      const id = hashed(model, credential, upstreamModel, '');
      const made: Deployment = Object.freeze({
        ...fact,
        ...UNCONFIGURED,
        id,
        credential,
        provider,
        upstreamModel,
        traits: traitsOf(upstreamModel),
        ...deploymentFacts(upstreamModel, null, account, input.provider(provider)),
        circuit: circuitOf(credential, upstreamModel),
        timeouts: input.timeouts,
      });
      return laid(made, model, null);
    },
  };
}

type Origin = { readonly made: Deployment; readonly said: OperatorDeployment | null };

/** Remembers what deployments were before overlays were laid on them, and what the operator said of them. */
function openOrigins(adjust: CatalogInput['adjust'] = (deployment) => deployment) {
  const origins = new WeakMap<Deployment, Origin>();
  const laid = (made: Deployment, model: string, said: OperatorDeployment | null): Deployment => {
    const deployment = adjust(made, model);
    origins.set(deployment, { made, said });
    return deployment;
  };
  return { origins, laid };
}

function byCredential(
  account: CatalogCredential,
  { made, said }: Origin,
  { provider }: Pick<CatalogInput, 'provider'>,
): Deployment {
  const { upstreamModel } = made;
  const { name: credential } = account;
  const features = deploymentFacts(
    upstreamModel,
    said?.baseModel ?? null,
    account,
    provider(account.provider),
    said?.facts,
  );
  const id = hashed(made.id, credential);
  return Object.freeze({ ...made, ...features, id, credential, circuit: circuitOf(credential, upstreamModel) });
}

function tagPatternsOf({ tagPatterns }: OperatorDeployment): Pick<Deployment, 'tagPatterns'> {
  if (tagPatterns === undefined) return {};
  const parsed = tagPatterns.map(parseLinearPattern);
  return { tagPatterns: parsed.flatMap((each) => (each.ok ? [each.pattern] : [])) };
}

function tierPricesOf({ tierPrices, at }: OperatorDeployment): Pick<Deployment, 'tierPrices'> {
  if (tierPrices === undefined) return {};
  const { flex, priority } = tierPrices;
  return {
    tierPrices: Object.freeze({
      ...(flex === undefined ? {} : { flex: operatorPrice(flex, at) }),
      ...(priority === undefined ? {} : { priority: operatorPrice(priority, at) }),
    }),
  };
}

type Find = (provider: string, name: string) => Fact | null;

/** By what the operator calls it, then by the name that goes upstream. */
function factOf(
  { baseModel, limitedAs }: OperatorDeployment,
  upstreamModel: string,
  provider: string,
  facts: Facts,
  find: Find,
): Fact | null {
  const base = baseModel === null ? null : (find(provider, baseModel) ?? facts.findByName(baseModel));
  // LiteLLM's `openai/gpt-4o` at an address of one's own costs what OpenAI asks for it, unless it says otherwise.
  const kin = limitedAs?.provider;
  return base ?? find(provider, upstreamModel) ?? (kin === undefined ? null : facts.find(kin, upstreamModel));
}

const UNCONFIGURED = { priority: 1, weight: 1, limits: { rpm: null, tpm: null, parallel: null }, headers: {} };

/** A credential has one region. */
function circuitOf(credential: string, upstreamModel: string): string {
  return `${credential}/${upstreamModel}`;
}

/** A name may say its provider: `base_model: openai/gpt-4o` for a deployment at a server of one's own. */
function findByPath(facts: Facts, providers: ReadonlyMap<string, string>, name: string): Fact | null {
  const slash = name.indexOf('/');
  if (slash === -1) return null;
  const place = name.slice(0, slash);
  return facts.find(providers.get(place) ?? place, name.slice(slash + 1));
}

/** Stable while the definition stays, on every machine and wherever it stands in the file. */
function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
