import { parseTimeWindow, TIME_WINDOW_FORMS } from '../../std/index.ts';
import type { KeysConfiguration } from '../configuration.ts';
import { type ConfigurationNode, isList, isMapping } from '../reading/configuration-node.ts';
import { plainValue } from '../reading/plain-value.ts';
import type { Reading } from '../reading/reading.ts';
import { LitellmSection } from './litellm-section.ts';

type Kind = { readonly expected: string; readonly is: (value: unknown) => boolean };

const amount: Kind = { expected: 'USD, 0 to 9000000', is: (value) => isNumber(value) && value >= 0 && value <= 9e6 };
const rate: Kind = {
  expected: 'a whole number, 1 or greater',
  is: (value) => Number.isSafeInteger(value) && Number(value) > 0,
};
const period: Kind = {
  expected: `a period: ${TIME_WINDOW_FORMS}`,
  is: (value) => typeof value === 'string' && parseTimeWindow(value) !== null,
};
const lifetime: Kind = {
  expected: 'a time such as 12h, 90d or 6mo',
  is: (value) => typeof value === 'string' && /^[1-9]\d{0,4}(?:s|m|h|d|w|mo)$/.test(value),
};
const text: Kind = { expected: 'a text', is: (value) => typeof value === 'string' && value !== '' };
const texts: Kind = {
  expected: 'a list of texts',
  is: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== ''),
};
const mapping: Kind = { expected: 'a mapping', is: (value) => typeof value === 'object' && !Array.isArray(value) };

const BOUNDS: Readonly<Record<string, Kind>> = {
  max_budget: amount,
  budget_duration: period,
  duration: lifetime,
  max_parallel_requests: rate,
  tpm_limit: rate,
  rpm_limit: rate,
};

const DEFAULTS: Readonly<Record<string, Kind>> = {
  ...BOUNDS,
  soft_budget: amount,
  models: texts,
  tags: texts,
  metadata: mapping,
  model_rpm_limit: mapping,
  model_tpm_limit: mapping,
  user_id: text,
  team_id: text,
};

/** What a LiteLLM file says of keys that are made. */
export function litellmKeys(litellm: LitellmSection, reading: Reading): KeysConfiguration {
  return {
    defaults: fieldsIn(litellm, 'default_key_generate_params', DEFAULTS, reading),
    upperBounds: fieldsIn(litellm, 'upperbound_key_generate_params', BOUNDS, reading),
  };
}

/** A field that is not kept is a fault: whoever sets one counts on it for every key. */
function fieldsIn(
  section: LitellmSection,
  key: string,
  kinds: Readonly<Record<string, Kind>>,
  reading: Reading,
): Readonly<Record<string, unknown>> {
  const node = section.node(key);
  if (node === null) return {};
  const { name, entries } = new LitellmSection(`${section.name}.${key}`, node, reading);
  const said = [...entries].filter(([, entry]) => entry.value !== null);
  const read = said.flatMap(([field, entry]): readonly (readonly [string, unknown])[] => {
    const kind = Object.hasOwn(kinds, field) ? kinds[field] : undefined;
    const value = readValue(entry, kind);
    if (kind?.is(value) === true) return [[field, value]];
    const expected = kind?.expected ?? `one of ${Object.keys(kinds).join(', ')}`;
    reading.fault(entry.place, `${name}.${field}: expected ${expected}`);
    return [];
  });
  return Object.fromEntries(read);
}

/** Numbers may come as text, as everywhere in such a file. */
function readValue(node: ConfigurationNode, kind: Kind | undefined): unknown {
  if (isMapping(node.value) || isList(node.value)) return plainValue(node);
  const isOfNumbers = kind === amount || kind === rate;
  return isOfNumbers && String(node.value).trim() !== '' ? Number(node.value) : node.value;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
