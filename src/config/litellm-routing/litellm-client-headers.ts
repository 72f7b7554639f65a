import { LitellmSection } from '../litellm/litellm-section.ts';
import { notHonoured } from '../litellm/litellm-unsupported.ts';
import { isList } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';

const KEY = 'forward_client_headers_to_llm_api';

/** Models whose calls take their client's headers along: all of them, or those that `model_group_settings` names. */
export function litellmClientHeaders(
  { litellm, general }: Readonly<Record<'litellm' | 'general', LitellmSection>>,
  reading: Reading,
): readonly string[] | null {
  const node = litellm.node('model_group_settings');
  const groups = new LitellmSection('litellm_settings.model_group_settings', node ?? undefined, reading);
  for (const [key, { keyPlace, place }] of groups.entries)
    if (key !== KEY)
      reading.notices.push(notHonoured(`${groups.name}.${key}`, keyPlace ?? place, 'it is not known here'));
  const named = groups.node(KEY);
  if (named !== null && !isList(named.value))
    reading.fault(named.place, `${groups.name}.${KEY}: expected a list of models`);
  if (general.flag(KEY) === true) return ['*'];
  return named !== null && isList(named.value) ? named.value.map(({ value }) => String(value)) : null;
}
