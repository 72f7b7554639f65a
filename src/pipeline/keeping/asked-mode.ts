import { lesserMode, type PromptsMode } from '../../inference/index.ts';
import type { Exchange } from '../exchange.ts';
import type { PromptsPolicy } from '../rooms.ts';

type Asking = Pick<Exchange, 'key' | 'request' | 'requestHeaders'>;

/** Request headers by which a client lets less be kept; whatever they say, never more. LiteLLM's, and ours. */
const LOWERING: readonly (readonly [header: string, mode: PromptsMode])[] = [
  ['x-waybill-no-log', 'off'],
  ['x-litellm-enable-message-redaction', 'redacted'],
  ['litellm-enable-message-redaction', 'redacted'],
];
const YES = new Set<unknown>(['1', 'true', 'True']);

/** What is kept of this call: what the operator says, unless key, holders or request want less kept. */
export function askedMode({ key, request, requestHeaders }: Asking, policy: PromptsPolicy): PromptsMode {
  if (key === null || request === null || request.body['no-log'] === true) return 'off';
  const { teamId } = key.caller;
  const ofTeam = teamId === null ? undefined : policy.teams.get(teamId);
  const stands = lesserMode(ofTeam ?? policy.mode, key.promptsAtMost ?? 'full');
  return LOWERING.reduce(
    (mode, [header, lower]) => (YES.has(requestHeaders[header]) ? lesserMode(mode, lower) : mode),
    stands,
  );
}
