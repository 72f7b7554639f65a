/** High enough to admit everything, so that it is the checking that is measured. */
const LIMITS = { max_budget: 100_000, rpm_limit: 100_000_000 };

/** A virtual key with a budget and a rate limit. */
export async function limitedKey(port: number, masterKey: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(LIMITS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/key/generate answered ${response.status}: ${text}`);
  const { key } = JSON.parse(text) as { key?: unknown };
  if (typeof key !== 'string') throw new Error(`/key/generate answered without a key: ${text}`);
  return key;
}
