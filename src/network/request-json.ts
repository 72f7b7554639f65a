/** Longer than any administrative call takes. */
const TIMEOUT_MS = 30_000;

export type JsonAnswer = { readonly status: number; readonly body: unknown };

/**
 * One JSON call to an address that the operator named, such as this gateway's own. Rejects when nothing answers in
 * 30 s, or not with JSON. Redirects are not followed.
 */
export async function requestJson(
  url: URL,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<JsonAnswer> {
  // A serving process has no use for it.
  const { request } = await import('undici');
  const answer = await request(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const text = await answer.body.text();
  try {
    return { status: answer.statusCode, body: JSON.parse(text) };
  } catch {
    throw new Error(`it answered ${answer.statusCode} without JSON`);
  }
}
