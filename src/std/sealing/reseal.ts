import type { SealedFor, Vault } from './envelope.ts';

export type SealedText = {
  /** Names it to an operator. */
  readonly name: string;
  readonly sealed: string;
  readonly sealedFor: SealedFor;
};

export type Resealed = {
  readonly resealed: number;
  /** Names of those that do not open, which stay as they were. */
  readonly shut: readonly string[];
};

/**
 * Puts texts under the key that new ones are sealed with. `replace` writes one where the former is still in its place:
 * whoever has changed it meanwhile has sealed it with the new key.
 */
export async function resealTexts<Text extends SealedText>(
  vault: Vault,
  texts: readonly Text[],
  replace: (text: Text, sealed: string) => Promise<void>,
): Promise<Resealed> {
  const shut: string[] = [];
  let resealed = 0;
  for (const text of texts) {
    if (await vault.isCurrent(text.sealed)) continue;
    const plain = await vault.open(text.sealed, text.sealedFor);
    if (plain === null) shut.push(text.name);
    else {
      await replace(text, await vault.seal(plain, text.sealedFor));
      resealed++;
    }
  }
  return { resealed, shut };
}

export function bothResealed(one: Resealed, other: Resealed): Resealed {
  return { resealed: one.resealed + other.resealed, shut: [...one.shut, ...other.shut] };
}
