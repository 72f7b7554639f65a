import { type ConfigurationNode, formatPlace, isList, isMapping, type Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { litellmTreatments } from './litellm-treatment.ts';

/** Callbacks of LiteLLM that judge requests instead of reporting them. */
const JUDGING_CALLBACKS = new Set(
  (
    'aporia_prompt_injection azure_content_safety banned_keywords blocked_user_check blocked_user_list ' +
    'detect_prompt_injection dynamic_rate_limiter google_text_moderation hide_secrets ' +
    'lakera_prompt_injection llamaguard_moderations llmguard_moderations max_budget_limiter openai_moderations ' +
    'presidio websearch_interception'
  ).split(' '),
);

/** What they do is done where their own settings ask for it. */
const KEPT_WITHOUT = new Set(['dynamic_rate_limiter_v3']);

export type Unsupported = {
  readonly reading: Reading;
  /** Names of restricting settings that the operator does without: `guardrails` or `litellm_settings.guardrails`. */
  readonly accepted: readonly string[];
};

/** Says of each setting of a section that cannot be honoured so: a notice, or a fault if it restricts. */
export function reportUnsupported(
  section: string,
  prefix: string,
  entries: ReadonlyMap<string, ConfigurationNode>,
  { reading, accepted }: Unsupported,
): void {
  for (const [key, node] of entries) {
    const treatment = litellmTreatments[section]?.[key] ?? null;
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const place = node.keyPlace ?? node.place;
    if (treatment === null) {
      reading.notices.push(notHonoured(name, place, 'it is not known here'));
    } else if (/callback/.test(key) && treatment.as === 'honoured') {
      reportCallbacks(name, node, { reading, accepted });
    } else if (treatment.as === 'ignored') {
      if (isActive(node)) reading.notices.push(notHonoured(name, place, treatment.reason));
    } else if (treatment.as === 'restricting' && isActive(node)) {
      restrict(name, place, treatment.reason, { reading, accepted });
    }
  }
}

/** A setting without which more would be let through stops the start, unless the operator says otherwise. */
export function restrict(name: string, place: Place, reason: string, { reading, accepted }: Unsupported): void {
  const short = name.split('.').at(-1) ?? name;
  if (accepted.includes(name) || accepted.includes(short)) {
    reading.notices.push(`${notHonoured(name, place, reason)} (accepted)`);
    return;
  }
  reading.fault(
    place,
    `${name} restricts access or content and is not honoured: ${reason}; to start without it: --accept-unsupported ${short}`,
  );
}

export function notHonoured(name: string, place: Place, reason: string): string {
  return `${name} (${place.file}:${place.line}) is not honoured: ${reason}`;
}

export function switchedOff(model: string, place: Place, reason: string): string {
  return `${model} (${formatPlace(place)}) is off: ${reason}`;
}

function reportCallbacks(name: string, node: ConfigurationNode, unsupported: Unsupported): void {
  const all = (isList(node.value) ? node.value : [node]).map((item) => String(item.value));
  const callbacks = all.filter((callback) => !KEPT_WITHOUT.has(callback));
  if (callbacks.length === 0) return;
  const judging = callbacks.filter((callback) => JUDGING_CALLBACKS.has(callback));
  const place = node.keyPlace ?? node.place;
  if (judging.length > 0) restrict(name, place, `there is no ${judging.join(', ')} yet`, unsupported);
  else if (isActive(node))
    unsupported.reading.notices.push(notHonoured(name, place, `there is no exporter for ${callbacks.join(', ')} yet`));
}

/** Whether a setting says anything at all: `false`, nothing, zero and empty lists do not. */
function isActive({ value, reference }: ConfigurationNode): boolean {
  if (reference?.unset === true) return false;
  if (isMapping(value)) return value.size > 0;
  if (isList(value)) return value.length > 0;
  return value !== null && value !== false && value !== 0 && !/^(?:|false|no|off|0)$/i.test(String(value));
}
