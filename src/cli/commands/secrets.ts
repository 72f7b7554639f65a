import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  WAYBILL_NEW_SECRET_KEY=$(openssl rand -hex 32) npm run waybill -- secrets rotate';

export function addSecretsCommands(program: Command): void {
  const secrets = program
    .command('secrets')
    .description('what the database keeps secret')
    .addHelpText('after', EXAMPLE);
  configured(secrets.command('rotate').description('exchange the secret key'))
    .option('--end', 'of an exchange that was begun: from now on only the configured secret key opens the database')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../books/secrets.ts')).rotateSecretsCommand(flagsOf(options), {
        end: options['end'] === true,
        json: options['json'] === true,
      }),
    );
}
