/** In this order: an address may hold a key, and a key may look like any long word. */
const PATTERNS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]}]+/gi, '[address]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '[address]'],
  // `api.example.com:8443`: a port makes it an address, where `v1.5` and `gpt-4.1` are names.
  [/\b(?:[a-z0-9-]+\.)+[a-z]{2,}:\d+\b/gi, '[address]'],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 [secret]'],
  // OpenAI's, Anthropic's, Groq's, Hugging Face's, xAI's, Perplexity's, Replicate's, NVIDIA's, Fireworks' and so on, and
  // what they show of them: `sk-pro***********abcd`.
  [/\b(?:sk|pk|rk|key|gsk|hf|xai|pplx|r8|nvapi|fw|tgp|csk|ghp|github_pat)[-_][\w*.-]{5,}[\w*]/gi, '[secret]'],
  // Google's, AWS's; a token of JOSE.
  [/\b(?:AIza|ya29\.|AKIA|ASIA|eyJ)[\w.*-]{10,}/g, '[secret]'],
  [/\b(?=[\w+=-]*\d)[\w+=-]{32,}/g, '[secret]'],
];

/** Text of an upstream without what looks like a secret or an address, in one line and cut to a length. */
export function redacted(text: string, mostCharacters: number): string {
  // Cut before as well: a refusal may be megabytes of HTML, and what is searched must not depend on that.
  let safe = text
    .slice(0, 4 * mostCharacters)
    .replace(/\s+/g, ' ')
    .trim();
  for (const [pattern, instead] of PATTERNS) safe = safe.replace(pattern, instead);
  return safe.length <= mostCharacters ? safe : `${safe.slice(0, mostCharacters - 1)}…`;
}
