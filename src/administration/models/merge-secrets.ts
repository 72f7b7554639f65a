import { type JsonFacts, splitSecrets } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { isMask, maskSecret } from '../../std/index.ts';

export type Parts = { readonly open: JsonFacts; readonly secret: JsonFacts };

export type Merged = Parts & {
  /** Names of secrets that do not go where the entry leads now. */
  readonly dropped: readonly string[];
};

/**
 * What an entry says after a change: what is left out stays, null takes it away, and a mask that was shown is what it
 * stands for. Where `receiverOf` names somebody else than before, only secrets that came with the change are kept.
 */
export function mergeSecrets(
  before: Parts,
  change: JsonFacts,
  field: string,
  receiverOf: (open: JsonFacts) => string,
): Merged {
  const unmasked = withoutMasks(before.secret, change, field);
  const taken = new Set(Object.keys(unmasked));
  const kept = (facts: JsonFacts): JsonFacts =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => !taken.has(name)));
  const { open, secret } = splitSecrets(unmasked);
  const nextOpen = { ...kept(before.open), ...open };
  const keptSecrets = kept(before.secret);
  if (receiverOf(before.open) === receiverOf(nextOpen))
    return { open: nextOpen, secret: { ...keptSecrets, ...secret }, dropped: [] };
  return { open: nextOpen, secret, dropped: Object.keys(keptSecrets) };
}

/** Told of secrets that were dropped. */
export function droppedNotices({ dropped }: Merged, field: string): readonly string[] {
  return dropped.map((name) => `${field}.${name} was dropped: it was for another address; send it again`);
}

function withoutMasks(secrets: JsonFacts, change: JsonFacts, field: string): JsonFacts {
  const entries = Object.entries(change).filter(([name, value]) => !isShown(secrets[name], value));
  const mask = entries.find(([, value]) => typeof value === 'string' && isMask(value));
  if (mask === undefined) return Object.fromEntries(entries);
  const [name] = mask;
  throw new GatewayError('invalid_request', `${field}.${name} is a mask: send the secret itself, or leave it out.`, {
    param: `${field}.${name}`,
  });
}

/** Whether it is what `maskSecrets` shows of this secret. */
function isShown(secret: unknown, value: unknown): boolean {
  return typeof secret === 'string' && value === maskSecret(secret);
}
