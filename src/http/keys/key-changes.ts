import type { ForgivenTerms, VirtualKey } from '../../access/index.ts';
import { changeKey, rotateKey, type Subject } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { ALL_TIME, type TimeWindow, usdFromNano } from '../../std/index.ts';
import { askerOf } from '../management/asker.ts';
import { blockKeyBody, deleteKeysBody } from '../management/contract.ts';
import { lifetimeMs } from '../management/duration.ts';
import { countedNano, mainWindow, type Spending, type SpentBy } from '../management/terms-answer.ts';
import { type Route, type RouteAnswer, type RouteCall, reached, route } from '../route.ts';
import { regenerateKeyBody, resetSpendBody } from './contract-key.ts';
import { encodeKey } from './key-answer.ts';
import { changesFrom } from './key-asked.ts';
import { encodeChanged, type KeyDoors, requireNamed } from './key-doors.ts';
import { refuseAbove } from './key-limits.ts';

export function keyChangeRoutes(doors: KeyDoors): readonly Route[] {
  return [
    ...(['/key/regenerate', '/key/*/regenerate'] as const).map((path) => regenerate(doors, path)),
    resetSpend(doors),
    remove(doors),
    ...(['block', 'unblock'] as const).map((verb) => block(doors, verb)),
  ];
}

function regenerate(doors: KeyDoors, path: '/key/regenerate' | '/key/*/regenerate'): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Give a key another secret, shown in this answer only. The former one works until the grace is over.',
    action: 'key.rotate',
    body: regenerateKeyBody,
    resource: ({ body, rest }) => keySubject(rest === '' ? body.key : rest),
    answer: async ({ key: asking, path: asked, body, rest }): Promise<RouteAnswer> => {
      const reference = rest === '' ? body.key : rest;
      if (reference === undefined || reference === null) {
        throw new GatewayError('invalid_request', "Name the key in 'key', or as /key/{key}/regenerate.", {
          param: 'key',
        });
      }
      refuseAbove(body, doors.rules());
      const asker = askerOf(asking, asked, body);
      await requireNamed(doors, asker, body);
      const nowMs = doors.clock.nowMs();
      const graceMs = lifetimeMs(body.grace_period) ?? 0;
      const { secret, key } = await rotateKey(doors, asker, reference, {
        secret: body.new_key ?? undefined,
        graceMs,
        changes: changesFrom(body, nowMs),
      });
      const until = graceMs === 0 ? null : new Date(nowMs + graceMs).toISOString();
      return { body: { ...(await encodeChanged(doors, key, body)), key: secret, grace_period_ends_at: until } };
    },
  });
}

/** What the request does not name, the route asks for. */
function keySubject(reference: string | null | undefined): Subject {
  return reference === null || reference === undefined ? reached() : { kind: 'key', reference };
}

function resetSpend(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/*/reset_spend',
    summary: "Say what a key's spend is to be from now on in its windows. The books keep what was spent.",
    action: 'key.allow',
    resource: ({ rest }) => ({ kind: 'key', reference: rest }),
    body: resetSpendBody,
    answer: async ({ key: asking, path, reach, body: { reset_to: toNano }, rest }) => {
      const key = await doors.keys.keyInfo(rest, reach);
      if (key === null) throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
      const main = mainWindow(key);
      const [spent, forgiven] = await Promise.all([
        doors.spentBy({ kind: 'key', id: key.id, model: null }, main),
        forgivenBy(key, toNano, doors.spentBy),
      ]);
      const before = countedNano(spent, main, key.terms);
      if (toNano > before) {
        throw new GatewayError(
          'invalid_request',
          `reset_to must be between 0 and what the key has spent, ${usdFromNano(before)} USD.`,
          { param: 'reset_to' },
        );
      }
      const after = await changeKey(doors, { key: asking, path }, key.id, {
        terms: (terms) => ({ ...terms, forgiven: { ...terms.forgiven, ...forgiven } }),
      });
      return {
        body: {
          key_hash: after.hash,
          spend: usdFromNano(toNano),
          previous_spend: usdFromNano(before),
          max_budget: after.maxBudgetNanoUsd === null ? null : usdFromNano(after.maxBudgetNanoUsd),
          budget_reset_at: spent.resetsAtMs === null ? null : new Date(spent.resetsAtMs).toISOString(),
        },
      };
    },
  });
}

/** In each window of the key's: what was spent in it beyond the amount no longer counts. */
async function forgivenBy(
  { id, allowance }: VirtualKey,
  toNano: bigint,
  spentBy: SpentBy,
): Promise<Readonly<Record<string, ForgivenTerms>>> {
  const windows = new Map<string, TimeWindow>([[ALL_TIME.name, ALL_TIME]]);
  for (const { window } of allowance.budgets) windows.set(window.name, window);
  const spendings = await Promise.all(
    [...windows.values()].map(
      async (window) => [window.name, await spentBy({ kind: 'key', id, model: null }, window)] as const,
    ),
  );
  const entry = ([name, { nanoUsd, resetsAtMs }]: readonly [string, Spending]): readonly [string, ForgivenTerms] => [
    name,
    { nanoUsd: String(nanoUsd > toNano ? nanoUsd - toNano : 0n), untilMs: resetsAtMs },
  ];
  return Object.fromEntries(spendings.map(entry));
}

function remove({ keys }: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/delete',
    summary: 'Revoke keys at once; their history stays.',
    action: 'key.delete',
    resource: reached,
    body: deleteKeysBody,
    answer: async ({ reach, body }) => {
      const deleted = [
        ...(await keys.revokeKeys(body.keys ?? [], reach)),
        ...(await keys.revokeKeysByAlias(body.key_aliases ?? [], reach)),
      ];
      if (deleted.length === 0) throw new GatewayError('not_found', 'None of these keys is in use.', { param: 'keys' });
      return { body: { deleted_keys: deleted } };
    },
  });
}

function block(doors: KeyDoors, verb: 'block' | 'unblock'): Route {
  return route({
    method: 'POST',
    path: `/key/${verb}`,
    summary: verb === 'block' ? 'Refuse a key until it is unblocked.' : 'Let a blocked key in again.',
    action: verb === 'block' ? 'key.block' : 'key.unblock',
    resource: ({ body }) => ({ kind: 'key', reference: body.key }),
    body: blockKeyBody,
    answer: async ({ body }: Pick<RouteCall<{ readonly key: string }, undefined>, 'body'>) => {
      const key = await doors.keys.setBlocked(body.key, verb === 'block');
      if (key === null) throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
      return { body: await encodeKey(key, doors) };
    },
  });
}
