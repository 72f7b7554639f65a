import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLES = {
  import:
    '\nExample:\n  LITELLM_DATABASE_URL=postgres://localhost/litellm npm run waybill -- import litellm --database --apply',
};

/** Moving in, out and from one machine to another. */
export function addMovingCommands(program: Command): void {
  const importing = program
    .command('import')
    .description('bring over what another gateway has')
    .addHelpText('after', EXAMPLES.import);
  configured(
    importing
      .command('litellm')
      .description("say what of a LiteLLM file is honoured, or bring over what LiteLLM's database holds"),
  )
    .option('--database [url]', "LiteLLM's database (default: LITELLM_DATABASE_URL); nothing in it is changed")
    .option(
      '--salt-key <key>',
      'what LiteLLM hides texts under; shown by ps (default: LITELLM_SALT_KEY, or the master key)',
    )
    .option('--apply', 'write what would come; without it nothing is written')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.import)
    .action(async (options: OptionValues) => {
      const [apply, json] = [options['apply'] === true, options['json'] === true];
      const saltKey = typeof options['saltKey'] === 'string' ? options['saltKey'] : null;
      if (options['database'] === undefined) {
        await (await import('../moving/import-config.ts')).importConfigCommand(flagsOf(options), json);
        return;
      }
      const database = typeof options['database'] === 'string' ? options['database'] : null;
      const asked = { database, saltKey, apply, json };
      await (await import('../moving/import.ts')).importDatabaseCommand(flagsOf(options), asked);
    });
}
