import type { KeyChanges, NewKey, VirtualKey } from '../../access/index.ts';
import { lifetimeMs } from '../management/duration.ts';
import { termsFrom } from '../management/key-terms.ts';
import type { KeyFields, NewKeyBody } from './contract-key.ts';

/** A key as a request asks for it. */
export function newKeyFrom(body: NewKeyBody, nowMs: number): Omit<NewKey, 'createdBy'> {
  return {
    ...stated(body, nowMs),
    secret: body.key ?? undefined,
    metadata: metadataFrom(body, {}) ?? {},
    terms: termsFrom(body, {}, nowMs),
  };
}

/** What a request changes of a key; undefined where it says nothing. */
export function changesFrom(body: KeyFields, nowMs: number): KeyChanges {
  const saysOfMetadata = body.metadata !== undefined || body.tags !== undefined;
  return {
    ...stated(body, nowMs),
    metadata: saysOfMetadata ? (before) => metadataFrom(body, before) : undefined,
    terms: (before) => termsFrom(body, before, nowMs),
  };
}

function stated(body: KeyFields, nowMs: number) {
  const lifetime = lifetimeMs(body.duration);
  const expiresAtMs = lifetime === null ? null : nowMs + lifetime;
  return {
    alias: body.key_alias,
    userId: body.user_id,
    teamId: body.team_id,
    projectId: body.project_id,
    organizationId: body.organization_id,
    models: body.models,
    aliases: body.aliases === null ? {} : body.aliases,
    maxBudgetNanoUsd: body.max_budget,
    rpmLimit: body.rpm_limit,
    blocked: body.blocked ?? undefined,
    expiresAtMs: body.duration === undefined ? undefined : expiresAtMs,
  };
}

/** LiteLLM keeps tags there, and whoever counts by them reads them there. */
function metadataFrom({ metadata, tags }: KeyFields, before: VirtualKey['metadata']): VirtualKey['metadata'] {
  const after = metadata === undefined ? before : (metadata ?? {});
  if (tags === undefined) return after;
  const { tags: _, ...rest } = after;
  return tags === null ? rest : { ...rest, tags };
}

/** What was asked for and taken, and has no effect here: told, so that nobody counts on it. */
export function askedInVain(body: KeyFields): readonly string[] {
  return [
    ...(body.send_invite_email === true ? ['send_invite_email: no mail is sent.'] : []),
    ...((body.allowed_cache_controls ?? []).length > 0
      ? ['allowed_cache_controls: kept; there is no response cache yet that a caller could control.']
      : []),
  ];
}
