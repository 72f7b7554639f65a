import type { NewUsersConfiguration } from '../configuration.ts';
import { given } from '../draft.ts';
import { isList, isMapping } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { userRoles } from '../settings/user-roles.ts';
import { LitellmSection } from './litellm-section.ts';
import { notHonoured } from './litellm-unsupported.ts';

/** Its budget is one of those of all users: see litellm-allowances.ts. */
const HONOURED: readonly string[] = ['user_role', 'models', 'max_budget', 'budget_duration'];

/** What users are made with of whom nothing else is said: `default_internal_user_params`. */
export function litellmNewUsers(litellm: LitellmSection, reading: Reading): Partial<NewUsersConfiguration> {
  const section = newUserParams(litellm, reading);
  if (section === null) return {};
  for (const [name, { keyPlace, place, value }] of section.entries) {
    if (value === null || HONOURED.includes(name)) continue;
    const why = name === 'teams' ? 'name the teams where the user is made' : 'it is not known here';
    reading.notices.push(notHonoured(`${section.name}.${name}`, keyPlace ?? place, why));
  }
  return given({ role: roleOf(section, reading), models: modelsOf(section, reading) });
}

export function newUserParams(litellm: LitellmSection, reading: Reading): LitellmSection | null {
  const node = litellm.node('default_internal_user_params');
  return node === null ? null : new LitellmSection(`${litellm.name}.default_internal_user_params`, node, reading);
}

function roleOf(section: LitellmSection, reading: Reading): NewUsersConfiguration['role'] | null {
  const text = section.text('user_role');
  const role = userRoles.find((each) => each === text) ?? null;
  const node = section.entries.get('user_role');
  if (text !== null && role === null && node !== undefined) {
    reading.fault(node.place, `${section.name}.user_role: expected one of ${userRoles.join(', ')}, got '${text}'`);
  }
  return role;
}

function modelsOf(section: LitellmSection, reading: Reading): readonly string[] | null {
  const node = section.node('models');
  if (node === null) return null;
  if (isList(node.value) && !node.value.some(({ value }) => isMapping(value) || isList(value)))
    return node.value.map(({ value }) => String(value));
  reading.fault(node.place, `${section.name}.models: expected a list of names`);
  return null;
}
