import { createHash } from 'node:crypto';
import type { Facts } from './facts.ts';
import type { CatalogInput, OperatorDeployment } from './input.ts';
import type { Deployment } from './model.ts';
import { operatorPrice } from './operator-price.ts';

export type DeploymentMaker = {
  /** `star` is what a wildcard in the model's name stood for. */
  readonly configured: (
    model: string,
    index: number,
    deployment: OperatorDeployment,
    star: string,
  ) => Deployment | null;
  /** A name that nobody configured, at a credential. */
  readonly dynamic: (model: string, credential: string, upstreamModel: string) => Deployment | null;
};

export function deploymentMaker(input: CatalogInput, facts: Facts): DeploymentMaker {
  const providers = new Map(input.credentials.map(({ name, provider }) => [name, provider]));
  const defaults = { priority: 1, weight: 1, limits: { rpm: null, tpm: null, parallel: null }, headers: {} };
  return {
    configured: (model, index, deployment, star) => {
      const provider = providers.get(deployment.credential);
      if (provider === undefined) return null;
      const upstreamModel = deployment.upstreamModel.replace('*', star);
      const names = [deployment.baseModel, upstreamModel, model].filter((name) => name !== null);
      const fact = firstOf(names, (name) => facts.find(provider, name) ?? byPath(facts, providers, name));
      const { priority, weight, limits, headers } = deployment;
      return Object.freeze({
        id: deployment.id ?? hashed(model, deployment.credential, upstreamModel, String(index)),
        credential: deployment.credential,
        provider,
        upstreamModel,
        price: deployment.price === null ? (fact?.price ?? null) : operatorPrice(deployment.price, deployment.at),
        contextWindow: deployment.contextWindow ?? fact?.contextWindow ?? null,
        maxOutput: deployment.maxOutput ?? fact?.maxOutput ?? null,
        priority,
        weight,
        limits,
        timeouts: { ...input.timeouts, ...deployment.timeouts },
        headers,
      });
    },
    dynamic: (model, credential, upstreamModel) => {
      const provider = providers.get(credential);
      if (provider === undefined) return null;
      const fact = facts.find(provider, upstreamModel);
      return Object.freeze({
        ...defaults,
        id: hashed(model, credential, upstreamModel, ''),
        credential,
        provider,
        upstreamModel,
        price: fact?.price ?? null,
        contextWindow: fact?.contextWindow ?? null,
        maxOutput: fact?.maxOutput ?? null,
        timeouts: input.timeouts,
      });
    },
  };
}

/** A `base_model` may name its provider: `openai/gpt-4o` for a deployment at a server of one's own. */
function byPath(facts: Facts, providers: ReadonlyMap<string, string>, name: string): ReturnType<Facts['find']> {
  const slash = name.indexOf('/');
  if (slash === -1) return null;
  const place = name.slice(0, slash);
  return facts.find(providers.get(place) ?? place, name.slice(slash + 1));
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | null): T | null {
  for (const name of names) {
    const found = find(name);
    if (found !== null) return found;
  }
  return null;
}

/** Stable while the definition stays, whatever order the file has it in. */
function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
