import type { EntryBook } from '../../administration/index.ts';
import { openStoredModels, type StoredModelsOptions } from '../../composition/index.ts';
import { openAddressGate } from '../../network/index.ts';
import { buildPolicies } from '../../policies.ts';
import { systemClock as clock } from '../../std/index.ts';
import { openAuditTrail, openLog } from '../../telemetry/index.ts';

type Options = Pick<StoredModelsOptions, 'configuration' | 'database' | 'vault'> & {
  /** false: what is changed stays in this process. */
  readonly apply: boolean;
};

/** The models and credentials of an installation, for a command: gateways that run read what it changes. */
export async function openEntryBook({ configuration, database, vault, apply }: Options): Promise<EntryBook> {
  const { recording } = openAuditTrail(database, clock);
  const models = await openStoredModels({
    ...{ configuration, database, vault, clock, recording, rehearses: !apply },
    gate: openAddressGate(configuration),
    // Of what it finds off, the report tells.
    log: openLog({ level: 'silent', pretty: false, clock, write: () => undefined }),
  });
  return models.entryBook({
    taken: async () => {
      await models.refresh();
    },
    policies: () => buildPolicies(models.now(), () => null),
  });
}
