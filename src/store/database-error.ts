/** What went wrong with the ground itself: it cannot be reached, opened or migrated, or a statement failed. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly kind = 'database';
  /** SQLSTATE on Postgres, SQLite's result code by name or number, or null. */
  readonly code: string | null;

  constructor(message: string, options: { readonly code?: string | null; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code ?? null;
  }
}

/** Any thrown value as a DatabaseError; `doing` says what was tried. */
export function databaseError(doing: string, cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const text = cause instanceof Error ? messageOf(cause) : String(cause);
  return new DatabaseError(`${doing}: ${text}`, { code: codeOf(cause), cause });
}

export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('errcode' in error && typeof error.errcode === 'number') return `SQLITE_${error.errcode}`;
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** A refused connection to a name with two addresses is an AggregateError without a message. */
function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(String).join('; ');
  return error.message;
}
