import { mayUseModel } from '../../access/index.ts';
import { type Catalog, type Deployment, forTeam, type Model } from '../../catalog/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { splitVariant, type Variant } from '../../routing/index.ts';
import { maskKeys } from '../../std/index.ts';
import type { Rooms } from '../rooms.ts';
import { mayCall } from './may-call.ts';

/** What a name means to a caller: a model, and how it is to be served. */
export type Meant = { readonly model: Model; readonly variants: readonly Variant[] };

/** What a request asks for: at least one model, in the order in which they are tried. */
export type AskedModels = {
  readonly models: readonly [Model, ...Model[]];
  /** Of the first name's ending. */
  readonly variants: readonly Variant[];
  /** Names that are nowhere, passed over because another one is somewhere. */
  readonly unknown: readonly string[];
};

/**
 * The model of that name, if this caller may use it: one that is tried when others have failed, or only asked about.
 * Of its endings `:free` holds here as well. Throws a GatewayError (403, 404).
 */
export function findModel(name: string, caller: Caller, rooms: Pick<Rooms, 'policies'>): Model {
  return findFurther(name, 'model', caller, rooms.policies().catalog).model;
}

/**
 * The asked model and those that the request names beside it, each once. A name that is nowhere is passed over as a
 * model that is down would be, unless all are; one that this caller may not use is refused wherever it stands.
 */
export function findModels(
  asked: string,
  further: readonly string[],
  caller: Caller,
  { policies }: Pick<Rooms, 'policies'>,
): AskedModels {
  const { catalog } = policies();
  if (further.length === 0) {
    const { model, variants } = find(asked, 'model', caller, catalog);
    return { models: [model], variants, unknown: further };
  }
  const names = [asked, ...further.filter((name) => name !== asked)];
  const looked = names.map((name, index) => {
    const param = index === 0 ? 'model' : `models[${further.indexOf(name)}]`;
    const look = index === 0 ? find : findFurther;
    return { name, found: orUnknown(() => look(name, param, caller, catalog)) };
  });
  const [meant, ...rest] = looked.flatMap(({ found }) => (found instanceof GatewayError ? [] : [found]));
  if (meant === undefined) throw looked[0]?.found;
  const others = new Map(rest.map(({ model }) => [model.name, model]));
  others.delete(meant.model.name);
  return {
    models: [meant.model, ...others.values()],
    variants: meant.variants,
    unknown: looked.flatMap(({ name, found }) => (found instanceof GatewayError ? [name] : [])),
  };
}

function orUnknown(look: () => Meant): Meant | GatewayError {
  try {
    return look();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'model_not_found') return error;
    throw error;
  }
}

/**
 * Through the key's and the team's aliases, whose target must be allowed; else the configured one of that name with or
 * without its date: agents ask for `claude-haiku-4-5-20251001` for their small tasks, whatever they are told to use.
 */
function find(asked: string, param: string, caller: Caller, catalog: Catalog): Meant {
  const { name, variants } = throughAliases(asked, caller.aliases, catalog);
  const mayUse = (candidate: string) => mayCall(caller, candidate, catalog);
  const model = resolveFor(caller, name, catalog);
  if (model !== null && (mayUse(name) || mayUseEnding(name, variants, caller))) return { model, variants };
  const configured = catalog.configuredAs(name);
  const meant = configured === null || !mayUse(configured) ? null : resolveFor(caller, configured, catalog);
  if (meant !== null) return { model: meant, variants };
  if (model === null) throw unknownModel(asked, param, catalog.nearest(name, 3, mayUse));
  throw new GatewayError(
    'model_access_denied',
    `This key may not use the model '${name}'. It may use: ${caller.models.join(', ')}.`,
    { param },
  );
}

/** What is another team's is nowhere for this caller; the operator calls everything. */
function resolveFor({ kind, teamId, credentials }: Caller, name: string, catalog: Catalog): Model | null {
  const found = catalog.resolve(name);
  const model = found === null || kind === 'master' ? found : forTeam(found, teamId);
  return model === null || credentials === undefined ? model : catalog.withOwnCredentials(model, credentials);
}

/** The plan heeds the endings of the asked model. Of another one `:free` must not be lost: it would be paid for. */
function findFurther(name: string, param: string, caller: Caller, catalog: Catalog): Meant {
  const { model, variants } = find(name, param, caller, catalog);
  if (!variants.includes('free')) return { model, variants };
  const deployments = model.deployments.filter(isFree);
  if (deployments.length > 0) return { model: { ...model, deployments }, variants };
  throw new GatewayError('model_not_found', `No deployment of '${model.name}' is free of charge, as '${name}' asks.`, {
    param,
  });
}

function isFree({ price }: Deployment): boolean {
  return (
    price?.tiers.every(({ fromInputTokens: _, ...units }) => Object.values(units).every((unit) => unit === 0n)) === true
  );
}

/** A key's list may hold a name with its ending: what is served under it then is no more than that. */
function mayUseEnding(name: string, variants: readonly Variant[], caller: Caller): boolean {
  return variants.length > 0 && mayUseModel(caller, [name, ...variants].join(':'));
}

type Name = { readonly name: string; readonly variants: readonly Variant[] };

function throughAliases(asked: string, aliases: Caller['aliases'], catalog: Catalog): Name {
  const target = aliasOf(asked, aliases);
  if (target !== null) return withoutVariants(target, catalog);
  const { name, variants } = withoutVariants(asked, catalog);
  const base = variants.length === 0 ? null : aliasOf(name, aliases);
  if (base === null) return { name, variants };
  const inner = withoutVariants(base, catalog);
  return { name: inner.name, variants: [...inner.variants, ...variants] };
}

function aliasOf(name: string, aliases: Caller['aliases']): string | null {
  return Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null;
}

/** Endings come off from the right for as long as the name with them is no model's. */
function withoutVariants(asked: string, catalog: Catalog): Name {
  const variants: Variant[] = [];
  let name = asked;
  for (let split = splitVariant(name); split !== null && !catalog.knows(name); split = splitVariant(name)) {
    variants.unshift(split.variant);
    name = split.base;
  }
  if (variants.length === 0) return { name, variants };
  // A pattern such as `mine/*:free` has the name with its ending only.
  return catalog.resolve(name) === null && catalog.resolve(asked) !== null
    ? { name: asked, variants: [] }
    : { name, variants };
}

function unknownModel(asked: string, param: string, nearest: readonly string[]): GatewayError {
  const name = maskKeys(asked);
  const [first] = nearest;
  const listed = nearest.map((candidate) => `'${candidate}'`).join(', ');
  const hint =
    first === undefined
      ? `Add it under 'models' in the configuration, or call 'provider/model' of a configured credential.`
      : `Did you mean ${listed}? An alias would be: models: { "${name}": ${first} }. ` +
        `What a price list does not know yet can be called as 'provider/model'.`;
  return new GatewayError(
    'model_not_found',
    `The model '${name}' does not exist or no configured credential offers it. ${hint}`,
    {
      param,
      metadata: { nearest },
    },
  );
}
