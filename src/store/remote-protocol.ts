import type { SqlValue, Statement } from './database.ts';

/** Which of the two files: money and keys, or the request log. On Postgres both are one database. */
export type DatabaseTarget = 'main' | 'log';

export type RemoteRequest = { readonly id: number } & (
  | {
      readonly kind: 'query';
      readonly target: DatabaseTarget;
      readonly sql: string;
      readonly values: readonly SqlValue[];
    }
  | { readonly kind: 'write'; readonly target: DatabaseTarget; readonly statements: readonly Statement[] }
  | { readonly kind: 'call'; readonly name: string; readonly argument: unknown }
);

export type RemoteAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string | null } };
