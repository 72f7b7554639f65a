import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- admin link';

export function addAdminCommands(program: Command): void {
  const admin = program.command('admin').description('who administers the gateway').addHelpText('after', EXAMPLE);
  configured(admin.command('link').description('a link that makes whoever opens it an administrator, within the hour'))
    .option('--url <url>', 'the gateway; default: the configured address')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../asking/admin.ts')).adminLinkCommand(flagsOf(options), options),
    );
}
