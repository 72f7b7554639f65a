import { Command, type OptionValues } from 'commander';
import type { Flags } from '../config/index.ts';
import { version } from '../version.ts';
import { exitCode } from './exit-code.ts';
import { addMovingCommands } from './moving/commands.ts';
import { printError } from './output.ts';

const EXAMPLES = {
  serve: '\nExample:\n  npm start -- --config waybill.yaml --port 4000',
  check: '\nExample:\n  npm run waybill -- check --config waybill.yaml',
  schema: '\nExample:\n  npm run waybill -- schema > waybill.schema.json',
  key: '\nExample:\n  npm run waybill -- key create --alias ci --max-budget 20 --rpm 60',
  doctor: '\nExample:\n  npm run waybill -- doctor --config waybill.yaml',
  explain: '\nExample:\n  npm run waybill -- explain gpt-4o --stream --header "x-litellm-tags: free"',
  ledger: '\nExample:\n  npm run waybill -- ledger verify --data ~/.local/share/waybill',
  credits: '\nExample:\n  npm run waybill -- credits grant acme 25 --note "invoice 17"',
  audit: '\nExample:\n  npm run waybill -- audit verify --data ~/.local/share/waybill',
  env: '\nExample:\n  eval "$(npm run --silent waybill -- env claude --key sk-…)"',
  migrate: '\nExample:\n  DATABASE_URL=postgres://localhost/waybill npm run waybill -- migrate',
};

/** One file per command, loaded when it is called: `check` does not wait for the server's modules. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('waybill')
    .description('One OpenAI-compatible API for every model.')
    .version(version)
    .showHelpAfterError()
    .enablePositionalOptions();

  configured(program.command('serve', { isDefault: true }).description('run the gateway'))
    .option('--workers <n>', 'processes that share the port')
    .option('--journal <mode>', 'what a call survives: local (the process), local-sync (the power), db (the machine)')
    .option('--watch', 'load the configuration again when its file changes')
    .addHelpText('after', EXAMPLES.serve)
    .action(async (options: OptionValues) =>
      (await import('./serve.ts')).serveCommand(flagsOf(options), options['watch'] === true),
    );

  configured(
    program
      .command('check')
      .description('say what is wrong with the configuration, or print it merged, secrets masked'),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.check)
    .action(async (options: OptionValues) =>
      (await import('./check.ts')).checkCommand(flagsOf(options), options['json'] === true),
    );

  program
    .command('schema')
    .description('print the JSON Schema of the configuration')
    .option('--json', 'print JSON (it always is)')
    .addHelpText('after', EXAMPLES.schema)
    .action(async () => (await import('./schema.ts')).schemaCommand());

  configured(program.command('doctor').description('look for what would keep the gateway from working'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (options: OptionValues) =>
      (await import('./doctor.ts')).doctorCommand(flagsOf(options), options['json'] === true),
    );

  configured(program.command('migrate').description('bring the database to this version'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.migrate)
    .action(async (options: OptionValues) =>
      (await import('./migrate.ts')).migrateCommand(flagsOf(options), options['json'] === true),
    );

  addKeyCommands(program);
  addEnvCommand(program);
  addExplainCommand(program);
  addLedgerCommands(program);
  addCreditsCommands(program);
  addMovingCommands(program, { configured, flagsOf });

  try {
    await program.parseAsync(argv);
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    process.exitCode = exitCode.failed;
  }
}

function addLedgerCommands(program: Command): void {
  const ledger = program.command('ledger').description('the books').addHelpText('after', EXAMPLES.ledger);
  configured(ledger.command('verify').description('add the books up; exit code 1 if they do not'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.ledger)
    .action(async (options: OptionValues) =>
      (await import('./books/ledger.ts')).verifyLedgerCommand(flagsOf(options), options['json'] === true),
    );
  configured(ledger.command('recompute').description('compute every cost again; exit code 1 if one is another'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.ledger)
    .action(async (options: OptionValues) =>
      (await import('./books/ledger.ts')).recomputeLedgerCommand(flagsOf(options), options['json'] === true),
    );
  addCorrections(ledger);

  const audit = program.command('audit').description('who changed what').addHelpText('after', EXAMPLES.audit);
  configured(
    audit.command('verify').description('read the audit log from its beginning; exit code 1 if it was changed'),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.audit)
    .action(async (options: OptionValues) =>
      (await import('./books/audit.ts')).verifyAuditCommand(flagsOf(options), options['json'] === true),
    );
}

function addCorrections(ledger: Command): void {
  configured(ledger.command('correct <id>').description('book what an orphaned or estimated exchange really cost'))
    .requiredOption('--usd <amount>', 'what it cost, in all')
    .addHelpText('after', '\nExample:\n  npm run waybill -- ledger correct gen-1a2B3c --usd 0.0012')
    .action(async (id: string, options: OptionValues) =>
      (await import('./books/ledger.ts')).correctLedgerCommand(id, String(options['usd']), flagsOf(options)),
    );
  configured(ledger.command('release <writer>').description('give back what a lost instance had leased'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- ledger release w_1a2B3c')
    .action(async (writer: string, options: OptionValues) =>
      (await import('./books/ledger.ts')).releaseLedgerCommand(writer, flagsOf(options)),
    );
}

function addCreditsCommands(program: Command): void {
  const credits = program
    .command('credits')
    .description('what organizations have to spend')
    .addHelpText('after', EXAMPLES.credits);
  const reached = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON')
      .addHelpText('after', EXAMPLES.credits);
  reached(credits.command('grant <organization> <usd>').description('give credits to an organization'))
    .option('--idempotency-key <key>', 'the same one again grants nothing more; default: a new one')
    .option('--promotional', 'given away: it cannot be taken back as money')
    .option('--note <text>', 'why')
    .action(async (organization: string, usd: string, options: OptionValues) =>
      (await import('./asking/credits.ts')).grantCreditsCommand(organization, usd, flagsOf(options), options),
    );
  reached(credits.command('show <organization>').description('its balance, grants and refunds')).action(
    async (organization: string, options: OptionValues) =>
      (await import('./asking/credits.ts')).showCreditsCommand(organization, flagsOf(options), options),
  );
}

function addKeyCommands(program: Command): void {
  const key = program
    .command('key')
    .description('virtual keys of the running gateway')
    .addHelpText('after', EXAMPLES.key);
  const reached = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON');
  reached(key.command('create').description('make a key; it is shown once'))
    .option('--alias <name>', 'a name of its own')
    .option('--management', 'a key that makes keys at /api/v1/keys, and calls no models')
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
    .addHelpText('after', EXAMPLES.key)
    .action(async (options: OptionValues) =>
      (await import('./asking/key.ts')).createKeyCommand(flagsOf(options), options),
    );
  reached(key.command('list').description('list the keys in use'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key list')
    .action(async (options: OptionValues) =>
      (await import('./asking/key.ts')).listKeysCommand(flagsOf(options), options),
    );
  reached(key.command('show <key>').description('show one key, by itself, its id or its token'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key show a1B2c3')
    .action(async (name: string, options: OptionValues) =>
      (await import('./asking/key.ts')).showKeyCommand(name, flagsOf(options), options),
    );
  reached(key.command('rotate <key>').description('give a key another secret; it is shown once'))
    .option('--grace <time>', 'how long the former secret goes on working: 30m, 24h, 7d; default: not at all')
    .addHelpText('after', '\nExample:\n  npm run waybill -- key rotate a1B2c3 --grace 24h')
    .action(async (name: string, options: OptionValues) =>
      (await import('./asking/key.ts')).rotateKeyCommand(name, flagsOf(options), options),
    );
  reached(key.command('revoke <keys...>').description('revoke keys; their history stays'))
    .addHelpText('after', '\nExample:\n  npm run waybill -- key revoke a1B2c3')
    .action(async (names: string[], options: OptionValues) =>
      (await import('./asking/key.ts')).revokeKeysCommand(names, flagsOf(options), options),
    );
}

function addEnvCommand(program: Command): void {
  configured(
    program.command('env <client>').description('print what points claude, codex, gemini or opencode at this gateway'),
  )
    .option('--url <url>', 'the gateway; default: the configured address')
    .option('--key <key>', 'the virtual key that the client is to use')
    .option('--model <name>', 'the model that the client is to ask for')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.env)
    .action(async (client: string, options: OptionValues) =>
      (await import('./env.ts')).envCommand(client, flagsOf(options), options),
    );
}

function addExplainCommand(program: Command): void {
  configured(program.command('explain <model>').description('say how a call would be routed, and why; nothing is sent'))
    .option('--stream', 'of a stream')
    .option('--body <file>', 'the request, JSON; default: a chat of one word')
    .option('--path <path>', 'the door that it would go to; default: /v1/chat/completions')
    .option('--header <name: value>', 'a header that it would have; may be repeated', gathered)
    .option('--key <key>', 'the virtual key that it would come with; default: the master key')
    .option('--url <url>', 'the gateway; default: the configured address')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.explain)
    .action(async (model: string, options: OptionValues) =>
      (await import('./explain.ts')).explainCommand(model, flagsOf(options), options),
    );
}

function gathered(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function configured(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration')
    .option('--port <n>', 'port to listen on')
    .option('--host <address>', 'address to listen on')
    .option('--data <folder>', 'data folder')
    .option('--providers <ids>', 'turn on providers whose variable is set for other reasons, separated by commas')
    .option('--accept-unsupported <name...>', 'start although this setting of a LiteLLM file cannot be honoured');
}

function flagsOf(options: OptionValues): Flags {
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
