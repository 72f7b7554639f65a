import { isExchanging, isSecretKey } from '../access/index.ts';
import { type OwnedGround, startGround } from '../ground.ts';
import { exitCode } from './exit-code.ts';
import { printError } from './output.ts';
import type { Prepared } from './prepare.ts';

/** The store, migrated and with the books of a killed predecessor closed; or the end of the program. */
export async function openGroundOrExit({ configuration, secretKey, log }: Prepared): Promise<OwnedGround> {
  const { databaseUrl, redisUrl } = configuration.store;
  const { dataDir, suspenseMs } = configuration.server;
  let ground: OwnedGround;
  try {
    const { requestLog, requestLogKeptMs, promptsKeptMs } = configuration;
    const kept = { requestLog, requestLogKeptMs, promptsKeptMs };
    ground = await startGround({ dataFolder: dataDir, databaseUrl, redisUrl, ...kept, suspenseMs });
    if (!(await isSecretKey(ground.main, secretKey))) {
      printError(
        'The secret key is not the one that this database was made with (WAYBILL_SECRET_KEY): its virtual keys could not be verified. Give the right one.',
      );
      process.exit(exitCode.configuration);
    }
    if (await isExchanging(ground.main))
      log.warn('two secret keys open this installation: run secrets rotate again to end what was begun');
  } catch (error) {
    printError(`The database cannot be used: ${error instanceof Error ? error.message : error}`);
    process.exit(exitCode.database);
  }
  const { migrated, recovered, litellmTables } = ground.facts;
  if (migrated.length > 0) log.info('the database was migrated', { migrated });
  if (recovered.settled + recovered.orphans > 0)
    log.warn('the last gateway was killed; its journal is in the books now', { ...recovered });
  if (litellmTables)
    log.info('a LiteLLM installation lives in this database; import litellm brings over what it holds');
  ground.onNotice((notice) => {
    if (notice.kind === 'damage') log.error('a journal is damaged', { damage: notice.message });
    else if (notice.kind === 'retention')
      log.error('old rows of the request log could not be removed', { error: notice.message });
    else if (notice.error !== null)
      log.error('the database does not take the books; they wait in the journal', { error: notice.error });
    else log.info('the database takes the books again');
  });
  ground.onFailure((error) => {
    log.error('the store has stopped; so does the gateway', { error });
    process.exit(exitCode.failed);
  });
  return ground;
}
