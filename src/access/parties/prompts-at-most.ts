import { lesserMode, type PromptsMode } from '../../inference/index.ts';

type Described = { readonly metadata: Readonly<Record<string, unknown>> };

/**
 * What a key and those whom it belongs to let be kept of its calls: each may say less in its metadata, nobody more.
 * `keep_prompts` is ours, `turn_off_message_logging` LiteLLM's; null: nobody says anything.
 */
export function promptsAtMost(described: readonly Described[]): PromptsMode | null {
  return described.reduce<PromptsMode | null>((least, { metadata }) => {
    const said = saidIn(metadata);
    return said === null || least === null ? (said ?? least) : lesserMode(least, said);
  }, null);
}

function saidIn({
  keep_prompts: prompts,
  turn_off_message_logging: redacts,
}: Described['metadata']): PromptsMode | null {
  if (prompts === 'off' || prompts === false) return 'off';
  return prompts === 'redacted' || redacts === true ? 'redacted' : null;
}
