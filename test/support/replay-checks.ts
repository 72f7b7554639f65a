import assert from 'node:assert/strict';
import type { LogRow, Play, Played } from './replay.ts';
import { type Counted, costOf, noCounts, usageIn } from './replay-books.ts';

const ADDED = '"stream_options":{"include_usage":true},';

/** The upstream gets the client's bytes; what was spliced in taken out again, not one is another. */
export function assertForwarded({ play, received }: Played): void {
  const { forwarded, asksForUsage, isStream, label } = play;
  const wantsStream = isStream || /"stream"\s*:\s*true/.test(forwarded);
  if (received === null) assert.fail(`${label}: nothing reached the upstream`);
  const bare = wantsStream && !asksForUsage ? received.replace(ADDED, '') : received;
  if (bare !== forwarded) assert.equal(received, forwarded, label);
  assert.equal(bare.length < received.length, wantsStream && !asksForUsage, `${label}: the usage option`);
}

/** What the client is to get of it: all, but for the events that it did not ask for. */
export function visibleOf({ answer, isStream, asksForUsage }: Play): Buffer {
  return isStream && !asksForUsage ? withoutUsageEvents(answer) : answer;
}

export function withoutUsageEvents(answer: Buffer): Buffer {
  const events = answer.toString().split(/(?<=\n\n)/);
  return Buffer.from(events.filter((event) => !isUsageEvent(event)).join(''));
}

function isUsageEvent(event: string): boolean {
  const data = /^data: ?(\{.*\})\s*$/m.exec(event)?.[1];
  if (data === undefined) return false;
  const { choices, usage } = JSON.parse(data) as { choices?: unknown[]; usage?: unknown };
  return choices?.length === 0 && typeof usage === 'object' && usage !== null;
}

export function assertPassedOn({ play, status, contentType, got }: Played): void {
  const { exchange, label } = play;
  assert.equal(status, exchange.status, `${label}: ${got.toString().slice(0, 300)}`);
  assert.equal(contentType, exchange.content_type, label);
  const visible = visibleOf(play);
  if (!got.equals(visible)) assert.equal(got.toString(), visible.toString(), label);
}

/** Gives whether the provider's own counts are in the books; else they are an estimate, and say so. */
export function assertBooked({ play }: Played, row: LogRow | undefined): boolean {
  const { label, exchange, answer } = play;
  if (row === undefined) assert.fail(`${label}: not in the request log`);
  const counts = usageIn(exchange, answer);
  const { metadata } = row;
  assert.equal(row.status, breaksOff(answer) ? 'failure' : 'success', label);
  assert.equal(metadata['streamed'], play.isStream, label);
  assert.equal(metadata['pass_through'], true, label);
  assert.equal(metadata['usage_source'], counts === null ? 'estimated' : 'provider', label);
  assertCounts(row, counts ?? estimateIn(row, play), label);
  return counts !== null;
}

/** A stream with an error event and without a finish reason, behind a status of 200 (Groq, OpenRouter). */
function breaksOff(answer: Buffer): boolean {
  const text = answer.toString();
  return /^data: ?\{.*"error": ?\{/m.test(text) && !/"finish_reason": ?"(?!error)/.test(text);
}

function assertCounts(row: LogRow, counts: Counted, label: string): void {
  const { metadata } = row;
  const booked = {
    input: row.prompt_tokens,
    output: row.completion_tokens,
    total: row.total_tokens,
    cacheRead: metadata['cache_read_tokens'],
    cacheWrite: metadata['cache_write_tokens'],
    reasoning: metadata['reasoning_tokens'],
    spend: row.spend,
    cost: metadata['cost_usd'],
  };
  const usd = Number(costOf(counts)) / 1e9;
  const { inputAudio: _heard, outputAudio: _spoken, ...named } = counts;
  assert.deepEqual(booked, { ...named, total: counts.input + counts.output, spend: usd, cost: usd }, label);
}

/** An estimate is never below what was generated, and never above the bytes that went by. */
function estimateIn({ prompt_tokens: input, completion_tokens: output }: LogRow, play: Play): Counted {
  assert.equal(input, Buffer.byteLength(play.sent), play.label);
  assert.ok(output >= textBytes(play.answer.toString()) && output <= play.answer.length, `${play.label}: ${output}`);
  return { ...noCounts(), input, output };
}

/** The text of an answer, and nothing else that was generated. */
function textBytes(answer: string): number {
  const texts = [...answer.matchAll(/^data: ?(\{.*\})\s*$/gm)].flatMap(([, data]) => {
    const { choices } = JSON.parse(data ?? '') as { choices?: { delta?: { content?: unknown } }[] };
    return (choices ?? []).map(({ delta }) => delta?.content).filter((content) => typeof content === 'string');
  });
  return Buffer.byteLength(texts.join(''));
}

/** Nothing was answered: nothing is charged. */
export function assertNotCharged({ play, status }: Played, row: LogRow | undefined): void {
  assert.ok(row, `${play.label}: not in the request log`);
  assert.equal(row.metadata['status_code'], status, play.label);
  assert.deepEqual([row.status, row.spend, row.total_tokens], ['failure', 0, 0], play.label);
}

/** Nanodollars in all. */
export function sum(rows: Iterable<LogRow>): number {
  return [...rows].reduce((total, { spend }) => total + Math.round(spend * 1e9), 0);
}
