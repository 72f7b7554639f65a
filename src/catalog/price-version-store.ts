import type { Database, Statement } from '../store/index.ts';
import type { PriceTier } from './price.ts';
import { decodePriceTiers } from './price-version.ts';

export type PriceVersionRow = {
  readonly version: string;
  readonly source: string;
  readonly tiers: string;
  readonly firstSeenMs: number;
};

/** Versions are content hashes: one that is there already is the same one. */
export function storePriceVersions(rows: readonly PriceVersionRow[]): readonly Statement[] {
  return rows.map(({ version, source, tiers, firstSeenMs }) => ({
    sql: 'INSERT INTO catalog_price_version (version, source, tiers, first_seen_ms) VALUES (?, ?, ?, ?) ON CONFLICT (version) DO NOTHING',
    values: [version, source, tiers, firstSeenMs],
  }));
}

/** What a version stood for when it was used; null: it never was. */
export async function findPriceVersion(
  database: Database,
  version: string,
): Promise<{ readonly source: string; readonly tiers: readonly PriceTier[] } | null> {
  const [row] = await database.query('SELECT source, tiers FROM catalog_price_version WHERE version = ?', [version]);
  return row === undefined ? null : { source: String(row['source']), tiers: decodePriceTiers(String(row['tiers'])) };
}
