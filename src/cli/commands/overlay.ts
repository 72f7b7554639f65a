import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const EXAMPLE =
  '\nExample:\n  npm run waybill -- overlay off credential azure-east --for 2h --reason "outage in the region"';
const KIND = 'deployment, credential, provider or model';

/** What each does, with the arguments that it takes beside a kind and an id. */
const LAID: readonly { readonly set: string; readonly more: string; readonly what: string }[] = [
  { set: 'off', more: '', what: 'send nothing there' },
  { set: 'drain', more: '', what: 'send nothing new there: sessions and what continues a response go on' },
  { set: 'on', more: '', what: 'try it whatever its failures say, and whatever wider overlays do' },
  { set: 'weight', more: ' <weight>', what: 'weigh it otherwise among those of its priority' },
  { set: 'limit', more: '', what: 'limit each of its deployments otherwise' },
];

export function addOverlayCommands(program: Command): void {
  const overlay = program
    .command('overlay')
    .description('what is otherwise than configured for a while, for the night it breaks')
    .addHelpText('after', EXAMPLE);
  const reached = (command: Command): Command =>
    configured(command)
      .option('--url <url>', 'the gateway; default: the configured address')
      .option('--json', 'print JSON')
      .addHelpText('after', EXAMPLE);
  const laying = (command: Command): Command =>
    reached(command)
      .requiredOption('--for <time>', 'until it ends by itself: 30m, 2h, 3d; 7d at most')
      .requiredOption('--reason <text>', 'why; it is shown and kept');
  for (const { set, more, what } of LAID) {
    const command = laying(overlay.command(`${set} <kind> <id>${more}`).description(`${what}; kind: ${KIND}`));
    if (set === 'limit')
      command
        .option('--rpm <n>', 'requests a minute')
        .option('--tpm <n>', 'tokens a minute')
        .option('--parallel <n>', 'calls at the same time');
    command.action(async (...given: unknown[]) => {
      const { layOverlayCommand } = await import('../asking/overlay.ts');
      const [texts, options] = [given.slice(0, -2).map(String), given.at(-2) as OptionValues];
      await layOverlayCommand(set, texts, flagsOf(options), options);
    });
  }
  laying(
    overlay
      .command('budget <kind> <id> <usd>')
      .description(
        'add to every budget of its own; kind: key, team, user, project, organization, customer, tag, member',
      ),
  ).action(async (kind: string, id: string, usd: string, options: OptionValues) =>
    (await import('../asking/overlay.ts')).layOverlayCommand('budget', [kind, id, usd], flagsOf(options), options),
  );
  reached(overlay.command('list').description('what holds now')).action(async (options: OptionValues) =>
    (await import('../asking/overlay.ts')).listOverlaysCommand(flagsOf(options), options),
  );
  reached(overlay.command('end <overlays...>').description('end overlays before their time')).action(
    async (ids: string[], options: OptionValues) =>
      (await import('../asking/overlay.ts')).endOverlaysCommand(ids, flagsOf(options), options),
  );
}
