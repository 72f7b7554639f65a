import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  eval "$(npm run --silent waybill -- env claude --key sk-…)"';

export function addEnvCommand(program: Command): void {
  configured(
    program.command('env <client>').description('print what points claude, codex, gemini or opencode at this gateway'),
  )
    .option('--url <url>', 'the gateway; default: the configured address')
    .option('--key <key>', 'the virtual key that the client is to use')
    .option('--model <name>', 'the model that the client is to ask for')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (client: string, options: OptionValues) =>
      (await import('../env.ts')).envCommand(client, flagsOf(options), options),
    );
}
