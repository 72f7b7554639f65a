import type { KeyTerms, MovedKey } from '../../access/index.ts';
import { instantIn, type LitellmRow, mappingIn, type Say, textIn, textsIn } from './litellm-row.ts';
import { termsIn } from './litellm-terms.ts';
import { metadataIn, sayUnsupported } from './litellm-unsupported.ts';
import type { Loss, MovedKeyRow } from './moved.ts';
import { spentThere } from './spent-there.ts';
import { type Knowing, textsOnly, withGroups } from './translate-party.ts';

const DIGEST = /^[0-9a-f]{64}$/;
/** Its dashboard makes a key for each session. */
const DASHBOARD_TEAM = 'litellm-dashboard';

export function translateKey(row: LitellmRow, knowing: Knowing): MovedKeyRow {
  const digest = textIn(row, 'token') ?? '';
  const losses: Loss[] = [];
  const id = textIn(row, 'key_alias') ?? digest.slice(0, 12);
  const say: Say = (field, reason, restricts = false) =>
    void losses.push({ kind: 'key', id, field, reason, restricts });
  sayUnsupported(row, say);
  const own = termsIn(row, say);
  const budget = mappingIn(row, 'budget');
  const shared = textIn(budget, 'budget_id') === null ? null : { row: budget, terms: termsIn(budget, () => undefined) };
  const target: MovedKey = {
    digest,
    hint: textIn(row, 'key_name')?.slice(-4) ?? '',
    alias: textIn(row, 'key_alias'),
    userId: textIn(row, 'user_id'),
    teamId: textIn(row, 'team_id'),
    projectId: textIn(row, 'project_id'),
    organizationId: textIn(row, 'organization_id'),
    models: withGroups(row, textsIn(row, 'models'), knowing, say),
    aliases: textsOnly(mappingIn(row, 'aliases')),
    metadata: metadataIn(row),
    ...own,
    terms: { ...own.terms, ...keyTerms(row) },
    expiresAtMs: instantIn(row, 'expires'),
    blocked: row['blocked'] === true,
    createdAtMs: instantIn(row, 'created_at') ?? knowing.nowMs,
    createdBy: textIn(row, 'created_by') ?? 'litellm',
  };
  return {
    sourceId: digest,
    target,
    spent: spentThere(row, own, shared),
    losses,
    leftOut: whyLeftOut(target, knowing),
  };
}

function keyTerms(row: LitellmRow): KeyTerms {
  const routes = textsIn(row, 'allowed_routes');
  const controls = textsIn(row, 'allowed_cache_controls');
  const budgetId = textIn(row, 'budget_id');
  return {
    ...(routes.length === 0 ? {} : { allowedRoutes: routes }),
    ...(controls.length === 0 ? {} : { allowedCacheControls: controls }),
    ...(budgetId === null ? {} : { budgetId }),
    ...(textIn(row, 'key_type') === 'management' ? { isManagement: true as const } : {}),
  };
}

function whyLeftOut({ digest, teamId, expiresAtMs }: MovedKey, { nowMs }: Knowing): string | null {
  if (!DIGEST.test(digest)) return 'its token is not the sha256 of a key';
  if (teamId === DASHBOARD_TEAM) return "it is a session of LiteLLM's dashboard";
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'it has expired' : null;
}
