import { createKey } from '../../api/keys.ts';
import type { Session } from '../../session/session.ts';

type Held = { readonly userId: string | null; readonly key: Promise<string>; readonly untilMs: number };

const LIFETIME = '1h';
/** Renewed before the hour is over, so that no call is begun with a key that ends under it. */
const RENEWED_AFTER_MS = 50 * 60_000;

let held: Held | null = null;

/** The doors of models take no cookie: the person's own key of one hour, of which only this page's memory knows. */
export function playgroundKey({ user }: Session): Promise<string> {
  if (held !== null && held.userId === user.user_id && performance.now() < held.untilMs) return held.key;
  const key = makeKey(user.user_id);
  held = { userId: user.user_id, key, untilMs: performance.now() + RENEWED_AFTER_MS };
  key.catch(forgetKey);
  return key;
}

/** It was refused: the next call has another one. */
export function forgetKey(): void {
  held = null;
}

async function makeKey(userId: string | null): Promise<string> {
  const { key } = await createKey({
    key_alias: `playground-${crypto.randomUUID().slice(0, 8)}`,
    duration: LIFETIME,
    metadata: { purpose: 'playground' },
    ...(userId === null ? {} : { user_id: userId }),
  });
  return key;
}
