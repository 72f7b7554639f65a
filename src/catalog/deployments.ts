import { createHash } from 'node:crypto';
import { parseLinearPattern } from '../std/index.ts';
import type { Fact, Facts } from './facts.ts';
import { deploymentFacts } from './features/deployment-facts.ts';
import type { CatalogInput, OperatorDeployment } from './input.ts';
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
};

export function deploymentMaker(
  input: Pick<CatalogInput, 'credentials' | 'provider' | 'timeouts' | 'adjust'>,
  facts: Facts,
): DeploymentMaker {
  const { adjust = (deployment) => deployment } = input;
  const credentials = new Map(input.credentials.map((credential) => [credential.name, credential]));
  const providers = new Map(input.credentials.map(({ name, provider }) => [name, provider]));
  const find = (provider: string, name: string): Fact | null =>
    facts.find(provider, name) ?? findByPath(facts, providers, name);
  return {
    configured: (model, twin, deployment, star) => {
      const { credential, baseModel, priority, weight, limits, headers } = deployment;
      const account = credentials.get(credential);
      if (account === undefined) return null;
      const { provider } = account;
      const upstreamModel = withStar(deployment.upstreamModel, star);
      const base = baseModel === null ? null : (find(provider, baseModel) ?? facts.findByName(baseModel));
      const fact = base ?? find(provider, upstreamModel) ?? find(provider, model);
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
      return adjust(made, model);
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
      return adjust(made, model);
    },
  };
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
