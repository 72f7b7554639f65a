import type { Command, OptionValues } from 'commander';
import { SPEND_GROUPS } from '../asking/spend-groups.ts';
import { configured, flagsOf } from '../options.ts';

const SPEND = '\nExample:\n  npm run waybill -- spend --by team --from 2026-11-01 --to 2026-11-30';
const LOGS = '\nExample:\n  npm run waybill -- logs --follow --status failure';

export function addSpendCommands(program: Command): void {
  const asking = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON');
  asking(program.command('spend').description('what was spent, by whom or what'))
    .option('--by <what>', `${SPEND_GROUPS.join(', ')}; default: day`)
    .option('--from <date>', 'first day; default: 30 days before the last')
    .option('--to <date>', 'last day; default: today')
    .option('--limit <n>', 'how many, those with the highest spend; default: 25')
    .addHelpText('after', SPEND)
    .action(async (options: OptionValues) =>
      (await import('../asking/spend.ts')).spendCommand(flagsOf(options), options),
    );
  asking(program.command('logs').description('the calls of the request log, newest last'))
    .option('-f, --follow', 'go on with calls as they end')
    .option('--limit <n>', 'how many; default: 20')
    .option('--key <id>', 'only of this key')
    .option('--team <id>', 'only of this team')
    .option('--user <id>', 'only of this user')
    .option('--model <name>', 'only of this model')
    .option('--status <status>', 'success, failure, or an HTTP status')
    .addHelpText('after', LOGS)
    .action(async (options: OptionValues) =>
      (await import('../asking/logs.ts')).logsCommand(flagsOf(options), options),
    );
}
