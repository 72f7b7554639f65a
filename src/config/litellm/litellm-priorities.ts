import type { PrioritiesConfiguration } from '../configuration.ts';
import { formatPlace, isMapping } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { LitellmSection } from './litellm-section.ts';

/** LiteLLM's own where its file says nothing. */
const SATURATED_AT = 0.5;
const USUAL_PART = 0.5;

const FORMS = "a number such as 0.9, or a mapping of type ('percent', 'rpm' or 'tpm') and value";

/** `priority_reservation` and `priority_reservation_settings`; null: nothing is reserved. */
export function litellmPriorities(litellm: LitellmSection, reading: Reading): PrioritiesConfiguration | null {
  const node = litellm.node('priority_reservation');
  if (node === null) return null;
  const section = new LitellmSection(`${litellm.name}.priority_reservation`, node, reading);
  const settings = settingsOf(litellm, reading);
  const reserved: Record<string, PrioritiesConfiguration['reserved'][string]> = {};
  for (const [name, entry] of section.entries) {
    const mapped = isMapping(entry.value);
    const one = mapped ? new LitellmSection(`${section.name}.${name}`, entry, reading) : section;
    const value = Number(one.decimal(mapped ? 'value' : name, 0) ?? Number.NaN);
    const type = mapped ? one.text('type') : 'percent';
    if (Number.isNaN(value)) continue;
    if (type === 'percent' && value <= 1) reserved[name] = { of: 'part', part: value };
    else if (type === 'rpm' || type === 'tpm') reserved[name] = { of: type, amount: value };
    else reading.fault(entry.place, `${section.name}.${name}: expected ${FORMS}`);
  }
  return { ...settings, reserved, teams: {} };
}

const KNOWN = ['default_priority', 'saturation_threshold'];

function settingsOf(
  litellm: LitellmSection,
  reading: Reading,
): Pick<PrioritiesConfiguration, 'saturatedAt' | 'usualPart'> {
  const node = litellm.node('priority_reservation_settings');
  if (node === null) return { saturatedAt: SATURATED_AT, usualPart: USUAL_PART };
  const section = new LitellmSection(`${litellm.name}.priority_reservation_settings`, node, reading);
  for (const [key, { keyPlace, place }] of section.entries) {
    if (!KNOWN.includes(key))
      reading.notices.push(
        `${section.name}.${key} (${formatPlace(keyPlace ?? place)}) is not honoured: it is not known here`,
      );
  }
  return {
    saturatedAt: partOf(section, 'saturation_threshold', SATURATED_AT),
    usualPart: partOf(section, 'default_priority', USUAL_PART),
  };
}

function partOf(section: LitellmSection, key: string, usual: number): number {
  return Math.min(1, Number(section.decimal(key, 0) ?? usual));
}
