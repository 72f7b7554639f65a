import { backoffMs, random } from '../std/index.ts';

/** Hears what is said on a channel with `pg_notify`, by any connection; comes back by itself after an outage. */
export type Listening = { readonly close: () => Promise<void> };

/** What is said while the connection is away is lost. */
export async function listenPostgres(
  url: string,
  channel: string,
  onPayload: (payload: string) => void,
): Promise<Listening> {
  const { default: pg } = await import('pg');
  let closed = false;
  let end = async (): Promise<void> => undefined;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'waybill listener' });
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    client.on('error', () => undefined);
    client.once('end', () => {
      if (!closed) timer = setTimeout(again, backoffMs(++failures, random()));
    });
    end = () => client.end();
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    failures = 0;
  };
  const again = (): void => {
    timer = null;
    connect().catch(() => end().catch(() => undefined));
  };
  await connect();
  return {
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await end().catch(() => undefined);
    },
  };
}
