import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- check --config waybill.yaml --diff';

export function addCheckCommand(program: Command): void {
  configured(
    program
      .command('check')
      .description('say what is wrong with the configuration, or print it merged, secrets masked'),
  )
    .option('--diff', 'say instead what it would make, change and end of teams, keys and whoever else there is')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../checking/check.ts')).checkCommand(flagsOf(options), {
        json: options['json'] === true,
        diff: options['diff'] === true,
      }),
    );
}
