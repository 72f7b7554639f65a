import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- credits grant acme 25 --note "invoice 17"';

export function addCreditsCommands(program: Command): void {
  const credits = program
    .command('credits')
    .description('what organizations have to spend')
    .addHelpText('after', EXAMPLE);
  const reached = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON')
      .addHelpText('after', EXAMPLE);
  reached(credits.command('grant <organization> <usd>').description('give credits to an organization'))
    .option('--idempotency-key <key>', 'the same one again grants nothing more; default: a new one')
    .option('--promotional', 'given away: it cannot be taken back as money')
    .option('--expires <time>', 'until when they are good, as 2027-01-01T00:00:00Z; default: for ever')
    .option('--note <text>', 'why')
    .action(async (organization: string, usd: string, options: OptionValues) =>
      (await import('../asking/credits.ts')).grantCreditsCommand(organization, usd, flagsOf(options), options),
    );
  reached(credits.command('show <organization>').description('its balance, grants and refunds')).action(
    async (organization: string, options: OptionValues) =>
      (await import('../asking/credits.ts')).showCreditsCommand(organization, flagsOf(options), options),
  );
}
