/** What is kept of a call's request and answer, from the least to the most. */
export const promptsModes = ['off', 'redacted', 'full'] as const;

export type PromptsMode = (typeof promptsModes)[number];

/** The one that keeps less. */
export function lesserMode(one: PromptsMode, other: PromptsMode): PromptsMode {
  return promptsModes.indexOf(one) <= promptsModes.indexOf(other) ? one : other;
}
