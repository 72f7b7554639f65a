import { MEMBER_PATH } from '../../std/index.ts';
import { isList } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { LitellmSection } from './litellm-section.ts';

/** What the body of every call must have: `enforced_params`, and `user` where `enforce_user_param` says so. */
export function litellmEnforcedParams(general: LitellmSection, reading: Reading): readonly string[] {
  const user = general.flag('enforce_user_param') === true ? ['user'] : [];
  const node = general.node('enforced_params');
  if (node === null) return user;
  const items = isList(node.value) ? node.value.map(({ value }) => value) : null;
  const names = items?.filter((value) => typeof value === 'string').filter((name) => MEMBER_PATH.test(name));
  if (items === null || names?.length !== items.length) {
    const expected = 'expected a list of names such as user or metadata.ticket';
    reading.fault(node.place, `${general.name}.enforced_params: ${expected}`);
  }
  return [...new Set([...user, ...(names ?? [])])];
}
