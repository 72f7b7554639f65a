import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- key create --alias ci --max-budget 20 --rpm 60';

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('virtual keys of the running gateway').addHelpText('after', EXAMPLE);
  const reached = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON');
  reached(key.command('create').description('make a key; it is shown once'))
    .option('--alias <name>', 'a name of its own')
    .option('--management', 'a key that makes keys at /api/v1/keys, and calls no models')
    .option('--scim', 'a key that a directory keeps users and teams with, and that calls no models')
    .option('--organization <id>', 'whose it is')
    .option('--models <names>', 'names and patterns that it may call, separated by commas')
    .option('--max-budget <usd>', 'USD that it may spend in all, or in each period')
    .option('--budget-duration <period>', 'the period: 24h, 7d, 30d, daily, weekly, monthly')
    .option('--soft-budget <usd>', 'USD that are told when they are spent')
    .option('--model-budget <model=usd/period...>', 'USD that it may spend on a model; the period may be left out')
    .option('--rpm <n>', 'requests in any 60 seconds')
    .option('--tpm <n>', 'tokens in any 60 seconds')
    .option('--parallel <n>', 'calls at the same time')
    .option('--model-rpm <model=n...>', 'requests for a model in any 60 seconds')
    .option('--model-tpm <model=n...>', 'tokens of a model in any 60 seconds')
    .option('--duration <time>', 'time to live: 30s, 12h, 30d')
    .option('--user <id>')
    .option('--team <id>')
    .addHelpText('after', EXAMPLE)
    .action(async (options: OptionValues) =>
      (await import('../asking/key.ts')).createKeyCommand(flagsOf(options), options),
    );
  reached(key.command('list').description('list the keys in use'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key list')
    .action(async (options: OptionValues) =>
      (await import('../asking/key.ts')).listKeysCommand(flagsOf(options), options),
    );
  reached(key.command('show <key>').description('show one key, by itself, its id or its token'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key show a1B2c3')
    .action(async (name: string, options: OptionValues) =>
      (await import('../asking/key.ts')).showKeyCommand(name, flagsOf(options), options),
    );
  reached(key.command('rotate <key>').description('give a key another secret; it is shown once'))
    .option('--grace <time>', 'how long the former secret goes on working: 30m, 24h, 7d; default: not at all')
    .addHelpText('after', '\nExample:\n  npm run waybill -- key rotate a1B2c3 --grace 24h')
    .action(async (name: string, options: OptionValues) =>
      (await import('../asking/key.ts')).rotateKeyCommand(name, flagsOf(options), options),
    );
  reached(key.command('revoke <keys...>').description('revoke keys; their history stays'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key revoke a1B2c3')
    .action(async (names: string[], options: OptionValues) =>
      (await import('../asking/key.ts')).revokeKeysCommand(names, flagsOf(options), options),
    );
}
