/** Google's task types in Cohere's words; those without one go by Google's name among the extensions. */
const PURPOSES: Readonly<Record<string, string>> = {
  RETRIEVAL_QUERY: 'search_query',
  RETRIEVAL_DOCUMENT: 'search_document',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
};

/** The one purpose of texts that go together; null: they have several, or one that only Google knows. */
export function purposeOf(tasks: readonly unknown[]): string | null {
  const [task, ...more] = new Set(tasks);
  const isOne = more.length === 0 && typeof task === 'string' && Object.hasOwn(PURPOSES, task);
  return isOne ? (PURPOSES[task] ?? null) : null;
}

export function taskOf(purpose: string | null): string | null {
  return Object.entries(PURPOSES).find(([, word]) => word === purpose)?.[0] ?? null;
}
