import { linkPath, openLinks } from '../../access/index.ts';
import type { Configuration } from '../../config/index.ts';
import { systemClock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { gatewayUrl } from '../announce.ts';
import { printError } from '../output.ts';

/** Where there is no administrator yet, the way to become one: a link that is shown here and nowhere else. */
export async function offerSetup(database: Database, { server, signOn }: Configuration): Promise<void> {
  // Of a start without changes the audit log tells nothing; who opened the link it does.
  const links = openLinks({ database, clock: systemClock, recording: () => database });
  if (await links.hasAdministrator()) return;
  const address = signOn.publicUrl?.replace(/\/+$/, '') ?? gatewayUrl(server);
  const { token } = await links.make('setup', null, 'gateway');
  printError(`First administrator (a link for one use, good for a day): ${address}${linkPath('setup', token)}`);
}
