import type { Command, OptionValues } from 'commander';
import type { Flags } from '../config/index.ts';

/** With the options by which every command finds the installation. */
export function configured(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration')
    .option('--port <n>', 'port to listen on')
    .option('--host <address>', 'address to listen on')
    .option('--data <folder>', 'data folder')
    .option('--providers <ids>', 'turn on providers whose variable is set for other reasons, separated by commas')
    .option('--accept-unsupported <name...>', 'start although this setting of a LiteLLM file cannot be honoured');
}

export function flagsOf(options: OptionValues): Flags {
  const text = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined);
  return {
    config: text('config'),
    port: text('port'),
    host: text('host'),
    data: text('data'),
    workers: text('workers'),
    journal: text('journal'),
    providers: text('providers')
      ?.split(',')
      .map((id) => id.trim()),
    acceptUnsupported: Array.isArray(options['acceptUnsupported'])
      ? options['acceptUnsupported'].map(String)
      : undefined,
  };
}
