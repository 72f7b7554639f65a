import { Command, type OptionValues } from 'commander';
import { version } from '../version.ts';
import { addAdminCommands } from './commands/admin.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCreditsCommands } from './commands/credits.ts';
import { addEnvCommand } from './commands/env.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addKeyCommands } from './commands/key.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addMovingCommands } from './commands/moving.ts';
import { addOverlayCommands } from './commands/overlay.ts';
import { addSecretsCommands } from './commands/secrets.ts';
import { addSpendCommands } from './commands/spend.ts';
import { exitCode } from './exit-code.ts';
import { configured, flagsOf } from './options.ts';
import { printError } from './output.ts';

const EXAMPLES = {
  serve: '\nExample:\n  npm start -- --config waybill.yaml --port 4000',
  schema: '\nExample:\n  npm run waybill -- schema > waybill.schema.json',
  doctor: '\nExample:\n  npm run waybill -- doctor --config waybill.yaml',
  migrate: '\nExample:\n  DATABASE_URL=postgres://localhost/waybill npm run waybill -- migrate',
};

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

  addCheckCommand(program);

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

  addAdminCommands(program);
  addKeyCommands(program);
  addEnvCommand(program);
  addExplainCommand(program);
  addLedgerCommands(program);
  addOverlayCommands(program);
  addSecretsCommands(program);
  addAuditCommands(program);
  addBackupCommands(program);
  addCreditsCommands(program);
  addMovingCommands(program);
  addSpendCommands(program);

  try {
    await program.parseAsync(argv);
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    process.exitCode = exitCode.failed;
  }
}
