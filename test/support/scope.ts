/** What is started is stopped when this ends: a test's context is one, and so is a run of a real client. */
export type Scope = { readonly after: (stop: () => void | Promise<void>) => void };

/** Runs `within`, and then stops what was started in it, the last first. */
export async function inScope<T>(within: (scope: Scope) => Promise<T>): Promise<T> {
  const stops: (() => void | Promise<void>)[] = [];
  try {
    return await within({ after: (stop) => void stops.unshift(stop) });
  } finally {
    for (const stop of stops) await stop();
  }
}
