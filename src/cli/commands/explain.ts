import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE = '\nExample:\n  npm run waybill -- explain gpt-4o --stream --header "x-litellm-tags: free"';

export function addExplainCommand(program: Command): void {
  configured(program.command('explain <model>').description('say how a call would be routed, and why; nothing is sent'))
    .option('--stream', 'of a stream')
    .option('--body <file>', 'the request, JSON; default: a chat of one word')
    .option('--path <path>', 'the door that it would go to; default: /v1/chat/completions')
    .option('--header <name: value>', 'a header that it would have; may be repeated', gathered)
    .option(
      '--assume <what>',
      'as if <deployment>=down, or <deployment>=<input>/<output>, USD for a million tokens',
      gathered,
    )
    .option('--key <key>', 'the virtual key that it would come with; default: the master key')
    .option('--url <url>', 'the gateway; default: the configured address')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (model: string, options: OptionValues) =>
      (await import('../explain.ts')).explainCommand(model, flagsOf(options), options),
    );
}

function gathered(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
