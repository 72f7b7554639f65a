import type { DialectId, ServiceTier } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

const SAID_IN: Readonly<Partial<Record<DialectId, (tier: ServiceTier) => JsonObject>>> = {
  'openai-chat': (tier) => ({ service_tier: tier }),
  'openai-responses': (tier) => ({ service_tier: tier }),
  'gemini-generate': (tier) => ({ serviceTier: tier }),
  'bedrock-converse': (tier) => ({ serviceTier: { type: tier } }),
};

/** What a body of the dialect says to be served at a tier; null: it has no word for it. */
export function tierMembers(dialect: DialectId, tier: ServiceTier): JsonObject | null {
  return SAID_IN[dialect]?.(tier) ?? null;
}
