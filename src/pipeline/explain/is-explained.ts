import type { Exchange } from '../exchange.ts';

/** The client wants to be told the plan with the answer. */
export function isExplained({
  preferences,
  requestHeaders,
}: Pick<Exchange, 'preferences' | 'requestHeaders'>): boolean {
  return (
    preferences.explain ||
    isOn(requestHeaders['x-waybill-explain']) ||
    isOn(requestHeaders['x-openrouter-metadata']) ||
    isOn(requestHeaders[EARLIER_NAME])
  );
}

/** OpenRouter's own until it was documented under the shorter one. */
const EARLIER_NAME = 'x-openrouter-experimental-metadata';
const ON = new Set(['1', 'true', 'on', 'enabled']);

function isOn(header: string | string[] | undefined): boolean {
  return typeof header === 'string' && ON.has(header.trim().toLowerCase());
}
