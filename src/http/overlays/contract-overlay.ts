import { z } from 'zod';
import { LONGEST_OVERLAY_MS } from '../../administration/index.ts';
import { overlayKinds } from '../../catalog/index.ts';
import { positiveUsd, rate } from '../management/contract-limits.ts';
import { durationMs } from '../management/duration.ts';

const lentKinds = [
  'key',
  'team',
  'member',
  'user',
  'project',
  'organization',
  'organization_member',
  'customer',
  'tag',
] as const;

const EXPIRES = 'expected a time from now such as 30m, 2h or 3d, or a date such as 2026-12-01T00:00:00Z';

const common = {
  id: z.string().min(1).max(600).describe('What it is called; of a deployment its id, of a member team/user.'),
  expires: z
    .string()
    .refine((text) => durationMs(text) !== null || Number.isFinite(Date.parse(text)), { error: EXPIRES })
    .describe(`When it ends by itself, ${LONGEST_OVERLAY_MS / 86_400_000} days from now at most: 2h, or a date.`),
  reason: z.string().trim().min(3).max(500).describe('Why; it is shown and kept.'),
};

const laidOn = { kind: z.enum(overlayKinds), ...common };

const limits = z
  .strictObject({ rpm: rate.optional(), tpm: rate.optional(), parallel: rate.optional() })
  .refine((given) => Object.values(given).some((limit) => limit !== undefined), {
    error: 'expected rpm, tpm or parallel',
  });

/** What may be otherwise for a while. */
export const newOverlayBody = z.discriminatedUnion('set', [
  z.strictObject({ set: z.enum(['off', 'drain', 'on']), ...laidOn }),
  z.strictObject({ set: z.literal('weight'), ...laidOn, weight: z.number().min(0).max(1_000_000) }),
  z.strictObject({ set: z.literal('limit'), ...laidOn, limits }),
  z.strictObject({ set: z.literal('budget'), kind: z.enum(lentKinds), ...common, usd: positiveUsd }),
]);

export type NewOverlay = z.output<typeof newOverlayBody>;

export const endOverlaysBody = z.strictObject({ overlay_ids: z.array(z.string().min(1)).min(1).max(100) });
