import { existsSync } from 'node:fs';
import { openVault } from '../../access/index.ts';
import { importLitellm, litellmCipher, readLitellm } from '../../administration/moving-in/index.ts';
import { type Configuration, type Flags, readEnvironment } from '../../config/index.ts';
import { openCalendar, systemClock } from '../../std/index.ts';
import { openPostgres } from '../../store/index.ts';
import { asActor } from '../../telemetry/index.ts';
import { withBooks } from '../books/open-books.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { print, printError, printJson } from '../output.ts';
import { readSecretFile, secretKeyFile } from '../secret-files.ts';
import { importFacts, importLines } from './import-text.ts';
import { openEntryBook } from './open-entry-book.ts';

export type ImportAsked = {
  /** LiteLLM's. null: that of the environment. */
  readonly database: string | null;
  /** LiteLLM's. null: those of the environment and the file are tried. */
  readonly saltKey: string | null;
  readonly apply: boolean;
  readonly json: boolean;
};

/** In whose name the audit log has it. */
const COMMAND_LINE = { id: 'command-line', changedBy: null, ip: null };

/** Brings over what LiteLLM's database holds, or says what would come. Exit code 3: one of the databases cannot be used. */
export async function importDatabaseCommand(flags: Flags, asked: ImportAsked): Promise<void> {
  const configuration = await loadOrExit(flags, asked.json);
  const secretKey = secretKeyOf(configuration);
  if (secretKey === null) {
    printError('There is no secret key yet, which keys are kept under. Run the command migrate first.');
    process.exitCode = exitCode.configuration;
    return;
  }
  const database = asked.database ?? readEnvironment()['LITELLM_DATABASE_URL'] ?? null;
  if (database === null) {
    printError('Say which database LiteLLM has: in LITELLM_DATABASE_URL, or behind --database.');
    process.exitCode = exitCode.configuration;
    return;
  }
  const { url, schema } = withoutPrisma(database);
  const report = await withBooks(flags, async ({ books }) => {
    const vault = await openVault({ database: books, secretKey, clock: systemClock });
    const entries = await openEntryBook({ configuration, database: books, vault, apply: asked.apply });
    const source = await openPostgres(url, { maxConnections: 1 });
    try {
      return await asActor(COMMAND_LINE, () =>
        readLitellm(source, schema, (from) =>
          importLitellm({
            source: from,
            books,
            entries,
            cipher: litellmCipher(asked.saltKey === null ? configuration.secrets.litellmKeys : [asked.saltKey]),
            pepper: vault.pepper,
            calendar: openCalendar(configuration.allowances.timeZone),
            clock: systemClock,
            apply: asked.apply,
            accepted: flags.acceptUnsupported ?? [],
          }),
        ),
      );
    } finally {
      await source.close();
    }
  });
  if (asked.json) printJson(importFacts(report));
  else for (const line of importLines(report)) print(line);
}

function secretKeyOf({ secrets, server }: Configuration): string | null {
  if (secrets.secretKey !== null) return secrets.secretKey;
  const file = secretKeyFile(server.dataDir);
  return existsSync(file) ? readSecretFile(file) : null;
}

/** Prisma's addresses name a schema, and settings of Prisma's own that nobody else knows. */
export function withoutPrisma(address: string): { readonly url: string; readonly schema: string } {
  const url = new URL(address);
  const schema = url.searchParams.get('schema') ?? 'public';
  for (const name of PRISMA) url.searchParams.delete(name);
  return { url: url.toString(), schema };
}

const PRISMA = [
  'schema',
  'connection_limit',
  'pool_timeout',
  'pgbouncer',
  'connect_timeout',
  'socket_timeout',
  'statement_cache_size',
  'sslaccept',
  'sslidentity',
];
