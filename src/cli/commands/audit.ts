import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- audit verify --data ~/.local/share/waybill';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who changed what').addHelpText('after', EXAMPLE);
  configured(
    audit.command('verify').description('read the audit log from its beginning; exit code 1 if it was changed'),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../books/audit.ts')).verifyAuditCommand(flagsOf(options), options['json'] === true),
    );
}
