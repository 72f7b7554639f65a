import { Command, type OptionValues } from 'commander';
import { version } from '../version.ts';
import { exitCode } from './exit-code.ts';
import { configured, flagsOf } from './options.ts';
import { printError } from './output.ts';

const EXAMPLES = {
  serve: '\nExample:\n  npm start -- --config waybill.yaml --port 4000',
  schema: '\nExample:\n  npm run waybill -- schema > waybill.schema.json',
  doctor: '\nExample:\n  npm run waybill -- doctor --config waybill.yaml',
  migrate: '\nExample:\n  DATABASE_URL=postgres://localhost/waybill npm run waybill -- migrate',
};

/** In the order in which the help has them. */
const FURTHER: readonly (() => Promise<(program: Command) => void>)[] = [
  async () => (await import('./commands/check.ts')).addCheckCommand,
  async () => (await import('./commands/admin.ts')).addAdminCommands,
  async () => (await import('./commands/key.ts')).addKeyCommands,
  async () => (await import('./commands/env.ts')).addEnvCommand,
  async () => (await import('./commands/explain.ts')).addExplainCommand,
  async () => (await import('./commands/ledger.ts')).addLedgerCommands,
  async () => (await import('./commands/overlay.ts')).addOverlayCommands,
  async () => (await import('./commands/secrets.ts')).addSecretsCommands,
  async () => (await import('./commands/audit.ts')).addAuditCommands,
  async () => (await import('./commands/backup.ts')).addBackupCommands,
  async () => (await import('./commands/credits.ts')).addCreditsCommands,
  async () => (await import('./commands/moving.ts')).addMovingCommands,
  async () => (await import('./commands/spend.ts')).addSpendCommands,
];

/** One file per command, loaded when it is called: `check` does not wait for the server's modules. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('waybill')
    .description('One OpenAI-compatible API for every model.')
    .version(version)
    .showHelpAfterError()
    .enablePositionalOptions();

  configured(program.command('serve', { isDefault: true }).description('run the gateway'))
    .option('--workers <n>', 'processes that share the port')
    .option('--journal <mode>', 'what a call survives: local (the process), local-sync (the power), db (the machine)')
    .option('--watch', 'load the configuration again when its file changes')
    .addHelpText('after', EXAMPLES.serve)
    .action(async (options: OptionValues) =>
      (await import('./serve.ts')).serveCommand(flagsOf(options), options['watch'] === true),
    );

  program
    .command('schema')
    .description('print the JSON Schema of the configuration')
    .option('--json', 'print JSON (it always is)')
    .addHelpText('after', EXAMPLES.schema)
    .action(async () => (await import('./schema.ts')).schemaCommand());

  configured(program.command('doctor').description('look for what would keep the gateway from working'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (options: OptionValues) =>
      (await import('./doctor.ts')).doctorCommand(flagsOf(options), options['json'] === true),
    );

  configured(program.command('migrate').description('bring the database to this version'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.migrate)
    .action(async (options: OptionValues) =>
      (await import('./migrate.ts')).migrateCommand(flagsOf(options), options['json'] === true),
    );

  if (!isServe(argv)) for (const load of FURTHER) (await load())(program);

  try {
    await program.parseAsync(argv);
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    process.exitCode = exitCode.failed;
  }
}

const HELP: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** A start waits for no other command: it is named, or nothing is named but options of it. */
function isServe([, , first = 'serve', ...others]: readonly string[]): boolean {
  const isNamed = first === 'serve' || first.startsWith('-');
  return isNamed && ![first, ...others].some((word) => HELP.has(word));
}
