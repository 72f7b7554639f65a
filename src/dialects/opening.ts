import type { DialectId } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';
import type { ReceivedRequest } from './dialect.ts';
import { asObjects } from './loosely.ts';

/** Instructions before all turns, and the list of turns. */
type Places = { readonly instructions: readonly string[]; readonly turns: readonly string[] };

const PLACES: Readonly<Partial<Record<DialectId, Places>>> = {
  'openai-chat': { instructions: [], turns: ['messages'] },
  'openai-responses': { instructions: ['instructions'], turns: ['input'] },
  'anthropic-messages': { instructions: ['system'], turns: ['messages'] },
  'gemini-generate': { instructions: ['systemInstruction', 'system_instruction'], turns: ['contents'] },
  'bedrock-converse': { instructions: ['system'], turns: ['messages'] },
  'bedrock-invoke': { instructions: ['system'], turns: ['messages'] },
  'cohere-chat': { instructions: [], turns: ['messages'] },
  'ollama-chat': { instructions: [], turns: ['messages'] },
};

const INSTRUCTING: ReadonlySet<unknown> = new Set(['system', 'developer']);
/** Of each of the two. What tells conversations apart stands at their beginnings; a picture is not read to its end. */
const MOST_CHARACTERS = 8_192;
/** They are set anew from turn to turn: clients mark the prompt's end as what is to be cached. */
const PASSING: ReadonlySet<string> = new Set(['cache_control', 'cachePoint', 'id', 'status']);

/**
 * How a conversation begins: its first instructions and its first other turn, which all of its requests have in common.
 * null: the dialect has no turns, or the request none.
 */
export function openingOf({ dialect, body }: ReceivedRequest): string | null {
  const places = PLACES[dialect];
  if (places === undefined) return null;
  const told = firstIn(body, places.instructions);
  const list = firstIn(body, places.turns);
  if (typeof list === 'string') return joined(told, list);
  const turns = asObjects(list);
  const first = turns.find(({ role }) => !INSTRUCTING.has(role));
  return first === undefined ? null : joined(told ?? turns.find(({ role }) => INSTRUCTING.has(role)), first);
}

/** The answer's thoughts come sealed (OpenAI's Responses): no other account than the one that sealed them opens them. */
export function asksForSeals({ include }: JsonObject): boolean {
  return Array.isArray(include) && include.includes('reasoning.encrypted_content');
}

function firstIn(body: JsonObject, names: readonly string[]): unknown {
  return names.map((name) => body[name]).find((value) => value !== undefined && value !== null);
}

function joined(instructions: unknown, turn: unknown): string {
  return `${textIn(instructions)}\n\0${textIn(turn)}`;
}

function textIn(value: unknown): string {
  const pieces: string[] = [];
  let room = MOST_CHARACTERS;
  const collect = (each: unknown): void => {
    if (room <= 0) return;
    if (typeof each === 'string') {
      pieces.push(each.slice(0, room));
      room -= each.length + 1;
    } else if (Array.isArray(each)) each.forEach(collect);
    else if (isJsonObject(each)) {
      for (const name of Object.keys(each)) if (!PASSING.has(name)) collect(each[name]);
    }
  };
  collect(value);
  return pieces.join('\0');
}
