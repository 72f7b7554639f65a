import type { FallbackCause } from '../../catalog/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { contradiction, isAbsent, malformed } from './malformed.ts';
import type { Preferences } from './preferences.ts';
import { readName } from './values.ts';

/** Twice LiteLLM's bound of five fallbacks: a request's lists cost attempts, and nobody has looked at them. */
export const MOST_MODELS = 10;

const FORMS = "an array of models' names, of { model: name }, or of { model: [names] } as in a configuration";

/**
 * LiteLLM's lists by cause. `fallbacks` stands for every cause that has no list of its own, in the model's place, too:
 * what a request says goes before what the configuration says.
 */
export function readFallbacks(given: JsonObject, asked: string | null): Preferences['fallbacks'] {
  const always = readList(given['fallbacks'], 'fallbacks', asked);
  const window = readList(given['context_window_fallbacks'], 'context_window_fallbacks', asked) ?? always;
  const policy = readList(given['content_policy_fallbacks'], 'content_policy_fallbacks', asked) ?? always;
  const lists: Readonly<Record<FallbackCause, readonly string[] | null>> = {
    error: always,
    context_window: window,
    content_policy: policy,
    rate_limit: always,
    budget: always,
  };
  return Object.fromEntries(Object.entries(lists).filter(([, models]) => models !== null));
}

type Groups = Map<string, readonly string[]>;

/** null: nothing is said for this model. */
function readList(value: unknown, path: string, asked: string | null): readonly string[] | null {
  if (isAbsent(value)) return null;
  if (!Array.isArray(value)) throw malformed(path, FORMS, value);
  if (value.length > MOST_MODELS) throw tooMany(path, value.length);
  const groups: Groups = new Map();
  const direct = value.flatMap((entry: unknown, index) => readEntry(entry, `${path}[${index}]`, groups));
  const models = new Set(direct);
  const found = groups.size > 0 && follow(groups, asked, models);
  if (asked !== null) models.delete(asked);
  if (models.size > MOST_MODELS) throw tooMany(path, models.size);
  return direct.length === 0 && value.length > 0 && !found ? null : [...models];
}

function readEntry(entry: unknown, path: string, groups: Groups): readonly string[] {
  if (typeof entry === 'string') return [readName(entry, path)];
  if (!isJsonObject(entry)) throw malformed(path, FORMS, entry);
  if (typeof entry['model'] === 'string') {
    const [more] = Object.keys(entry).filter((name) => name !== 'model');
    if (more !== undefined)
      throw contradiction(
        `${path}.${more}`,
        'cannot be set: a fallback gets the request as it is and names its model only.',
      );
    return [readName(entry['model'], `${path}.model`)];
  }
  for (const [group, targets] of Object.entries(entry)) {
    const list: readonly unknown[] = typeof targets === 'string' ? [targets] : Array.isArray(targets) ? targets : [];
    if (list.length === 0) throw malformed(`${path}.${group}`, "a list of models' names", targets);
    if (list.length > MOST_MODELS) throw tooMany(`${path}.${group}`, list.length);
    groups.set(
      group,
      list.map((name, index) => readName(name, `${path}.${group}[${index}]`)),
    );
  }
  return [];
}

/** From the asked model along the lists, nearest first. Who was met is not met again, so that a cycle has an end. */
function follow(groups: Groups, asked: string | null, models: Set<string>): boolean {
  const start = groupOf(groups, asked);
  if (start === undefined) return false;
  const waiting = [...start];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (models.has(name) || name === asked) continue;
    models.add(name);
    waiting.push(...(groups.get(name) ?? []));
  }
  return true;
}

/** By its name, without its provider, else for all. */
function groupOf(groups: Groups, asked: string | null): readonly string[] | undefined {
  const bare = asked?.slice(asked.indexOf('/') + 1);
  return groups.get(asked ?? '*') ?? groups.get(bare ?? '*') ?? groups.get('*');
}

function tooMany(path: string, count: number) {
  return contradiction(path, `names ${count} models; a request may name at most ${MOST_MODELS}.`);
}
