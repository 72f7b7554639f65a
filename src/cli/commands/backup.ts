import type { Command, OptionValues } from 'commander';
import { configured, flagsOf } from '../options.ts';

const BACKUP = '\nExample:\n  npm run waybill -- backup /backups/2026-11-25 --data ~/.local/share/waybill';
const RESTORE = '\nExample:\n  npm run waybill -- restore /backups/2026-11-25 --data /srv/waybill';

export function addBackupCommands(program: Command): void {
  configured(
    program.command('backup <folder>').description('copy everything into a new folder, beside a running gateway'),
  )
    .option('--without-keys', 'leave out the master key and the secret key that the gateway made itself')
    .option('--json', 'print JSON')
    .addHelpText('after', BACKUP)
    .action(async (folder: string, options: OptionValues) =>
      (await import('../books/backup.ts')).backupCommand(folder, flagsOf(options), {
        json: options['json'] === true,
        keys: options['withoutKeys'] !== true,
      }),
    );
  configured(
    program
      .command('restore <folder>')
      .description('bring a backup into an empty data folder or an empty Postgres, and verify it'),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', RESTORE)
    .action(async (folder: string, options: OptionValues) =>
      (await import('../books/restore.ts')).restoreCommand(folder, flagsOf(options), options['json'] === true),
    );
}
