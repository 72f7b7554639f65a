import { z } from 'zod';
import { limitFields } from '../management/contract-limits.ts';

/** What parties are made with and changed by: LiteLLM's field names. Unknown fields are refused by name. */

/** Printable: a member's id is made of two of them. */
export const partyId = z
  .string()
  .regex(/^[^\p{Cc}]{1,255}$/u, { error: 'expected 1 to 255 characters, none of them a control character' });

export const email = z
  .string()
  .max(255)
  .regex(/^[^\s@]+@[^\s@]+$/, { error: 'expected an address such as alice@example.com' });

export const ids = z.array(partyId).min(1).max(1_000);

export const models = z.array(z.string().min(1).max(256)).max(1_000);

/** Who is named by an id or by an address. */
export const userReference = { user_id: partyId.nullish(), user_email: email.nullish() };

export function isNamed(body: { readonly user_id?: unknown; readonly user_email?: unknown }): boolean {
  return typeof body.user_id === 'string' || typeof body.user_email === 'string';
}

export const NAMED = { error: 'name the user by user_id or user_email' };

export const partyFields = {
  models: models.nullish().describe('Names and patterns; empty: all.'),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  blocked: z.boolean().nullish(),
  tags: z.array(z.string().min(1)).max(20).nullish().describe('Kept as metadata.tags.'),
  ...limitFields,
};

/**
 * Fields of LiteLLM's that would restrict what calls may do and that nothing here could keep yet: they may be empty, as
 * its clients send them, and are refused by name otherwise.
 */
export function notYet(...names: readonly string[]): Record<string, z.ZodType<undefined>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      z
        .unknown()
        .refine(isEmpty, { error: 'cannot be kept by this gateway yet; leave it out' })
        .transform(() => undefined)
        .optional(),
    ]),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export const paging = {
  page: z.coerce.number().int().positive().default(1),
  page_size: z.coerce.number().int().positive().max(500).default(25),
};
