import { z } from 'zod';
import { usd } from '../management/contract-limits.ts';
import { ids, isNamed, NAMED, notYet, partyFields, partyId, userReference } from './contract-party.ts';

const organizationFields = {
  budget_id: partyId.nullish().describe('A budget that it shares the terms of, where it has none of its own.'),
  pays: z
    .enum(['prepaid', 'metered', 'free'])
    .nullish()
    .describe('By credits that it has, by its budgets alone, or not at all. Default metered'),
  ...partyFields,
  ...notYet('object_permission', 'guardrails', 'policies', 'vector_stores', 'mcp_rpm_limit'),
};

export const newOrganizationBody = z.strictObject({
  organization_alias: z.string().min(1).max(255),
  organization_id: partyId.nullish(),
  ...organizationFields,
});

export const updateOrganizationBody = z.strictObject({
  organization_id: partyId,
  organization_alias: z.string().min(1).max(255).nullish(),
  ...organizationFields,
});

export type OrganizationFields = Omit<z.output<typeof updateOrganizationBody>, 'organization_id'>;

export const organizationQuery = z.looseObject({ organization_id: partyId });
export const organizationsBody = z.strictObject({ organizations: ids });
export const deleteOrganizationsBody = z.strictObject({ organization_ids: ids });
export const organizationListQuery = z.looseObject({
  organization_id: partyId.optional(),
  org_id: partyId.optional(),
  organization_alias: z.string().optional(),
  org_alias: z.string().optional(),
});

const organizationRole = z.enum(['org_admin', 'internal_user', 'internal_user_viewer'], {
  error: 'expected org_admin, internal_user or internal_user_viewer',
});

const member = z
  .strictObject({ ...userReference, role: organizationRole.default('internal_user') })
  .refine(isNamed, NAMED);

export const addOrganizationMembersBody = z.strictObject({
  organization_id: partyId,
  member: z.union([member, z.array(member).min(1).max(1_000)], {
    error: 'expected { role, user_id or user_email }, or a list of them',
  }),
  max_budget_in_organization: usd.nullish(),
});

export const updateOrganizationMemberBody = z
  .strictObject({
    organization_id: partyId,
    ...userReference,
    role: organizationRole.nullish(),
    max_budget_in_organization: usd.nullish(),
  })
  .refine(isNamed, NAMED);

export const removeOrganizationMemberBody = z
  .strictObject({ organization_id: partyId, ...userReference })
  .refine(isNamed, NAMED);
