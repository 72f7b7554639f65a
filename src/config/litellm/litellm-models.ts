import type { AllowanceConfiguration } from '../allowance-configuration.ts';
import type { AllowancesById, ModelConfiguration } from '../configuration.ts';
import {
  type ConfigurationNode,
  formatPlace,
  isMapping,
  listOf,
  mappingOf,
  type Place,
} from '../reading/configuration-node.ts';
import { type LitellmContext, type LitellmDeployment, litellmDeployment } from './litellm-deployment.ts';
import type { LitellmFallbacks } from './litellm-fallbacks.ts';
import { switchedOff } from './litellm-unsupported.ts';

export type LitellmGroup = { readonly place: Place; readonly deployments: LitellmDeployment[] };

export type LitellmModels = {
  readonly models: readonly ModelConfiguration[];
  readonly allowances: AllowancesById;
  readonly keys: AllowancesById;
};

/** `model_list`, entries of one name together, with their fallbacks; then the aliases. */
export function litellmModels(
  list: ConfigurationNode | undefined,
  aliases: ConfigurationNode | null,
  fallbacks: Pick<LitellmFallbacks, 'of'>,
  context: LitellmContext,
): LitellmModels {
  const groups = new Map<string, LitellmGroup>();
  for (const [index, entry] of listOf(list).entries()) addEntry(groups, entry, index, context);
  return modelsOfGroups(groups, aliases, fallbacks, context);
}

/** Puts an entry of `model_list` with those of its name; null: it is off, and a notice or a fault says why. */
export function addEntry(
  groups: Map<string, LitellmGroup>,
  entry: ConfigurationNode,
  index: number,
  context: LitellmContext,
): LitellmDeployment | null {
  const name = nameIn(entry);
  if (typeof name !== 'string' && typeof name !== 'number') {
    context.reading.fault(entry.place, `model_list[${index}]: 'model_name' is missing`);
    return null;
  }
  if (String(name).split('*').length > 2) {
    context.reading.notices.push(switchedOff(String(name), entry.place, 'its name holds more than one *'));
    return null;
  }
  if (name === '*' && isAnything(entry)) {
    const reason = 'every provider/model can be called without it';
    context.reading.notices.push(switchedOff(name, entry.place, reason));
    return null;
  }
  const group = groups.get(String(name)) ?? { place: entry.place, deployments: [] };
  groups.set(String(name), group);
  const deployment = litellmDeployment(String(name), entry, index, context);
  if (deployment !== null) group.deployments.push(deployment);
  return deployment;
}

export function modelsOfGroups(
  groups: ReadonlyMap<string, LitellmGroup>,
  aliases: ConfigurationNode | null,
  fallbacks: Pick<LitellmFallbacks, 'of'>,
  context: LitellmContext,
): LitellmModels {
  const models = [...groups].map(([name, group]) => modelOf(name, group, fallbacks, context.ratesAreLimits));
  const others = aliasesOf(aliases, models, context);
  // An alias goes before a model of the same name.
  const taken = new Set(others.map(({ name }) => name));
  return {
    models: [...models.filter(({ name }) => !taken.has(name)), ...others],
    allowances: Object.fromEntries([...groups].flatMap(([name, group]) => allowancesOf(name, group))),
    keys: Object.fromEntries([...groups].flatMap(([name, group]) => keyAllowanceOf(name, group))),
  };
}

/** LiteLLM gives a team's model a name that nobody guesses, and the team calls it by its public one. */
export function nameIn(entry: ConfigurationNode): ConfigurationNode['value'] | undefined {
  const fields = mappingOf(entry);
  const info = mappingOf(fields.get('model_info'));
  const named = info.get('team_id')?.value == null ? undefined : info.get('team_public_model_name')?.value;
  return named ?? fields.get('model_name')?.value;
}

/** `*` at `*`: the caller names the provider. An entry without a provider would catch all names and answer none. */
function isAnything(entry: ConfigurationNode): boolean {
  return mappingOf(mappingOf(entry).get('litellm_params')).get('model')?.value === '*';
}

/** A model all of whose deployments are off stays, so that its name reaches nothing else; nobody needs to see it. */
function modelOf(
  name: string,
  { place, deployments }: LitellmGroup,
  fallbacks: Pick<LitellmFallbacks, 'of'>,
  ratesAreLimits: boolean,
): ModelConfiguration {
  return {
    name,
    deployments: deployments.map(
      (
        { shares: _shares, hidden: _hidden, accessGroups: _groups, keyAllowance: _key, allowance, ...deployment },
        index,
      ) => ({
        ...deployment,
        weight: weightOf(deployments, index, ratesAreLimits),
        ...(isLimited(allowance)
          ? { limitedAs: { ...deployment.limitedAs, deployment: allowedAs(name, deployments, index) } }
          : {}),
      }),
    ),
    fallbacks: fallbacks.of(name),
    discover: false,
    hidden: deployments.every((deployment) => deployment.hidden),
    accessGroups: [...new Set(deployments.flatMap((deployment) => deployment.accessGroups))],
    aliasOf: null,
    at: formatPlace(place),
  };
}

function allowancesOf(
  name: string,
  { deployments }: LitellmGroup,
): readonly (readonly [string, AllowanceConfiguration])[] {
  return deployments.flatMap(({ allowance }, index) =>
    isLimited(allowance) ? [[allowedAs(name, deployments, index), allowance] as const] : [],
  );
}

/** The first entry that has one speaks for the model. */
function keyAllowanceOf(
  name: string,
  { deployments }: LitellmGroup,
): readonly (readonly [string, AllowanceConfiguration])[] {
  const found = deployments.find(({ keyAllowance }) => isLimited(keyAllowance));
  return found === undefined ? [] : [[name, found.keyAllowance]];
}

function isLimited({ budgets, limits }: AllowanceConfiguration): boolean {
  return budgets.length > 0 || limits.length > 0;
}

/** The same wherever the entry stands in the file, and for other names of the model, which spend from it, too. */
function allowedAs(name: string, group: readonly LitellmDeployment[], index: number): string {
  const nameOf = ({ id, credential, upstreamModel }: LitellmDeployment) =>
    id ?? `${name}=${credential}/${upstreamModel}`;
  const names = group.map(nameOf);
  const own = names[index] ?? name;
  const twins = names.slice(0, index).filter((other) => other === own).length;
  return twins === 0 ? own : `${own}#${twins + 1}`;
}

/** As LiteLLM's shuffle: by weight, else by rpm, else by tpm; who has none of what the others have gets no share. */
function weightOf(group: readonly LitellmDeployment[], index: number, ratesAreLimits: boolean): number {
  const kinds = ratesAreLimits ? (['weight'] as const) : (['weight', 'rpm', 'tpm'] as const);
  const kind = kinds.find((candidate) => group.some((deployment) => deployment.shares[candidate] !== null));
  return kind === undefined ? 1 : (group[index]?.shares[kind] ?? 0);
}

/** `alias: group`, or `alias: { model: group, hidden: true }`. */
function aliasesOf(
  aliases: ConfigurationNode | null,
  models: readonly ModelConfiguration[],
  { reading }: LitellmContext,
): readonly ModelConfiguration[] {
  const targetOf = ({ value }: ConfigurationNode) => (isMapping(value) ? value.get('model')?.value : value);
  const names = new Set([...mappingOf(aliases)].flatMap(([alias, node]) => (targetOf(node) === alias ? [] : [alias])));
  return [...mappingOf(aliases)].flatMap(([alias, node]) => {
    const target = targetOf(node);
    const model = models.find((candidate) => candidate.name === target);
    const place = node.keyPlace ?? node.place;
    if (target === alias) return [];
    if (model === undefined) {
      reading.notices.push(`${alias} (${formatPlace(place)}) is off: model_list has no '${String(target)}'`);
      return [];
    }
    // Ids name deployments of one model: the copies of one that is found no more get their own.
    const deployments = model.deployments.map((deployment) => ({ ...deployment, id: null }));
    const hidden = mappingOf(node).get('hidden')?.value === true;
    const aliasOf = names.has(model.name) ? null : model.name;
    return [{ ...model, name: alias, deployments, hidden, aliasOf, at: formatPlace(place) }];
  });
}
