import { hkdfSync } from 'node:crypto';
import { newSealingKey, seal, unseal } from '../../std/index.ts';
import { pepperBytes } from './secret-key.ts';
import type { WrappedKey } from './wrapped-key-store.ts';

/**
 * What an installation keeps its secrets under. The secret key shuts these away and is in nothing else: so that it can
 * be exchanged although nobody has the virtual keys to put them under another pepper.
 */
export type KeyBundle = {
  readonly pepper: Buffer;
  /** By their numbers; new texts are sealed under the highest. Former ones stay for texts of before. */
  readonly generations: ReadonlyMap<number, Buffer>;
};

const PEPPER = 'pepper';
const GENERATION = /^data-([1-9]\d{0,8})$/;

/** Of an installation that had none: its pepper has been that of its secret key so far. */
export function firstBundle(secretKey: string): KeyBundle {
  return { pepper: pepperBytes(secretKey), generations: new Map([[1, newSealingKey()]]) };
}

export function withNextGeneration({ pepper, generations }: KeyBundle): KeyBundle {
  return { pepper, generations: new Map([...generations, [currentOf(generations) + 1, newSealingKey()]]) };
}

export function currentOf(generations: KeyBundle['generations']): number {
  return Math.max(0, ...generations.keys());
}

export function wrapBundle({ pepper, generations }: KeyBundle, secretKey: string): readonly WrappedKey[] {
  const wrapping = wrappingKey(secretKey);
  const named: readonly (readonly [string, Buffer])[] = [
    [PEPPER, pepper],
    ...Array.from(generations, ([number, key]) => [`data-${number}`, key] as const),
  ];
  return named.map(([name, key]) => ({ name, wrapped: seal(wrapping, key, [name]) }));
}

/** null: the secret key is not theirs, or they were changed. */
export function unwrapBundle(keys: readonly WrappedKey[], secretKey: string): KeyBundle | null {
  const wrapping = wrappingKey(secretKey);
  let pepper: Buffer | null = null;
  const generations = new Map<number, Buffer>();
  for (const { name, wrapped } of keys) {
    const key = unseal(wrapping, wrapped, [name]);
    if (key === null) return null;
    const number = GENERATION.exec(name)?.[1];
    if (number !== undefined) generations.set(Number(number), key);
    else if (name === PEPPER) pepper = key;
  }
  return pepper === null || generations.size === 0 ? null : { pepper, generations };
}

function wrappingKey(secretKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'waybill key wrapping', 32));
}
