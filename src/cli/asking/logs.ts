import { setTimeout } from 'node:timers/promises';
import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { print, printJson } from '../output.ts';
import { callGateway, numberOf, showAnswer } from './call-gateway.ts';

const FILTERS = ['key', 'team', 'user', 'model', 'status'] as const;
const FOLLOW_EVERY_MS = 1_000;
/** A call is told when it has ended and stands where it began: so many of the newest are looked through for new ones. */
const LOOKED_THROUGH = 1_000;

/** Calls as lines, newest last. Following ends with the command. */
export async function logsCommand(flags: Flags, options: OptionValues): Promise<void> {
  const shown = numberOf('--limit', options['limit']) ?? 20;
  const follows = options['follow'] === true;
  const read = (limit: number): Promise<readonly JsonObject[] | null> => readCalls(flags, options, limit);
  const first = await read(follows ? LOOKED_THROUGH : shown);
  if (first === null) return;
  tell(first.slice(0, shown), options);
  let seen = idsOf(first);
  while (follows) {
    await setTimeout(FOLLOW_EVERY_MS);
    const calls = await read(LOOKED_THROUGH);
    if (calls === null) return;
    tell(
      calls.filter(({ id }) => !seen.has(id)),
      options,
    );
    seen = idsOf(calls);
  }
}

/** Newest first; null: the gateway has refused, and said why. */
async function readCalls(flags: Flags, options: OptionValues, limit: number): Promise<readonly JsonObject[] | null> {
  const asked = new URLSearchParams({ limit: String(limit) });
  for (const name of FILTERS) if (typeof options[name] === 'string') asked.set(name, options[name]);
  const answer = await callGateway(flags, options, 'GET', `/reports/logs?${asked}`);
  if (answer.status < 300) return Array.isArray(answer.body['data']) ? answer.body['data'].filter(isJsonObject) : [];
  showAnswer(answer, options, () => undefined);
  return null;
}

function idsOf(calls: readonly JsonObject[]): ReadonlySet<unknown> {
  return new Set(calls.map(({ id }) => id));
}

function tell(calls: readonly JsonObject[], { json }: OptionValues): void {
  for (const call of calls.toReversed()) {
    if (json === true) printJson(call);
    else print(lineOf(call));
  }
}

function lineOf(call: JsonObject): string {
  const text = (name: string): string => String(call[name] ?? '-');
  const tokens = `${text('prompt_tokens')}+${text('completion_tokens')} tokens`;
  const who = text(call['key_alias'] === null ? 'key' : 'key_alias');
  const told = [text('started_at'), text('status'), text('model'), who, tokens, `${text('spend_usd')} USD`];
  const error = call['error_code'] === null ? [] : [text('error_code')];
  return [...told, `${text('duration_ms')} ms`, text('id'), ...error].join('\t');
}
