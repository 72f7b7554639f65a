import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- ledger verify --data ~/.local/share/waybill';

export function addLedgerCommands(program: Command): void {
  const ledger = program.command('ledger').description('the books').addHelpText('after', EXAMPLE);
  configured(ledger.command('verify').description('add the books up; exit code 1 if they do not'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../books/ledger.ts')).verifyLedgerCommand(flagsOf(options), options['json'] === true),
    );
  configured(ledger.command('recompute').description('compute every cost again; exit code 1 if one is another'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../books/ledger.ts')).recomputeLedgerCommand(flagsOf(options), options['json'] === true),
    );
  addCorrections(ledger);
}

function addCorrections(ledger: Command): void {
  configured(ledger.command('correct <id>').description('book what an orphaned or estimated exchange really cost'))
    .requiredOption('--usd <amount>', 'what it cost, in all')
    .addHelpText('after', '\nExample:\n  npm run waybill -- ledger correct gen-1a2B3c --usd 0.0012')
    .action(async (id: string, options: OptionValues) =>
      (await import('../books/ledger.ts')).correctLedgerCommand(id, String(options['usd']), flagsOf(options)),
    );
  configured(ledger.command('release <writer>').description('give back what a lost instance had leased'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- ledger release w_1a2B3c')
    .action(async (writer: string, options: OptionValues) =>
      (await import('../books/ledger.ts')).releaseLedgerCommand(writer, flagsOf(options)),
    );
}
