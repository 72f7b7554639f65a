/**
 * Anthropic's betas as InvokeModel names them; null: means nothing there. It refuses a whole request for one that it
 * does not know (`invalid beta flag`), and those of Anthropic's own API are many.
 */
const BETAS: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ...[
    'compact-2026-01-12',
    'computer-use-2024-10-22',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
    'dev-full-thinking-2025-05-14',
    'effort-2025-11-24',
    'fine-grained-tool-streaming-2025-05-14',
    'interleaved-thinking-2025-05-14',
    'output-128k-2025-02-19',
    'structured-outputs-2025-12-15',
    'token-efficient-tools-2025-02-19',
    'tool-examples-2025-10-29',
    'tool-search-tool-2025-10-19',
  ].map((beta) => [beta, beta] as const),
  // Anthropic's name for more than the search for tools, which is the part that is there.
  ['advanced-tool-use-2025-11-20', 'tool-search-tool-2025-10-19'],
  // They mark Claude Code, and how its user signed in.
  ['claude-code-20250219', null],
  ['oauth-2025-04-20', null],
]);

/** Of a header's list, what goes along, under the names that it has there, and what does not. */
export function betasAt(header: string): { readonly known: readonly string[]; readonly unknown: readonly string[] } {
  const asked = header
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '');
  return {
    known: [...new Set(asked.flatMap((beta) => BETAS.get(beta) ?? []))],
    unknown: asked.filter((beta) => !BETAS.has(beta)),
  };
}
