import type { DialectId } from '../../../src/inference/index.ts';
import type { JsonObject } from '../../../src/std/index.ts';
import type { Asked, Said } from '../scenario.ts';

/**
 * A provider as it looks from outside, written after recordings of it and without any of the gateway's own code: so
 * the two can disagree.
 */
export type ScriptedDialect = {
  readonly name: string;
  /** The gateway's provider that speaks it. */
  readonly provider: string;
  /** What its credential needs besides an address and a key. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The model that it is asked for, where the provider goes by its name; else one that is made up. */
  readonly model?: string;
  /** After the origin. */
  readonly basePath: string;
  /** Every request goes to such a path. */
  readonly path: RegExp;
  /** What its answers have a seal on, that must come back with the next request. */
  readonly seals: 'thought' | 'call' | null;
  readonly speaks: DialectId;
  readonly callId: (tool: string) => string;
  /** Why it would not take this body; null: it does. */
  readonly refusal?: (body: JsonObject) => string | null;
  readonly read: (path: string, body: JsonObject) => Omit<Asked, 'number'>;
  readonly write: (said: Said, asked: Asked) => { readonly type: string; readonly body: string | Buffer };
};

/** Named events, as Anthropic and the Responses API write them. */
export function namedEvents(events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** As a stream cuts it. */
export function halves(whole: string): readonly [string, string] {
  const middle = Math.ceil(whole.length / 2);
  return [whole.slice(0, middle), whole.slice(middle)];
}
