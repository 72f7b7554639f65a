import type { Database, Row, Statement } from '../../store/index.ts';
import type { Overlay, OverlayChange } from './overlay.ts';

const COLUMNS = 'id, kind, target, setting, value, reason, created_by, created_at_ms, expires_at_ms';

/** Those that hold now, the oldest first. */
export async function readOverlays(database: Database, nowMs: number): Promise<readonly Overlay[]> {
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM catalog_overlay WHERE expires_at_ms > ? AND ended_at_ms IS NULL ORDER BY created_at_ms, id`,
    [nowMs],
  );
  return rows.map(overlayInRow);
}

/** In the place of one that says the same thing of the same. */
export function putOverlay(overlay: Overlay): readonly Statement[] {
  const { id, kind, target, setting, value, reason, createdBy, createdAtMs, expiresAtMs } = overlay;
  return [
    {
      sql: `UPDATE catalog_overlay SET ended_at_ms = ?
        WHERE kind = ? AND target = ? AND setting = ? AND ended_at_ms IS NULL`,
      values: [createdAtMs, kind, target, setting],
    },
    {
      sql: `INSERT INTO catalog_overlay (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      values: [id, kind, target, setting, JSON.stringify(value), reason, createdBy, createdAtMs, expiresAtMs],
    },
  ];
}

export function endOverlay(id: string, nowMs: number): Statement {
  return {
    sql: 'UPDATE catalog_overlay SET ended_at_ms = ? WHERE id = ? AND ended_at_ms IS NULL',
    values: [nowMs, id],
  };
}

function overlayInRow(row: Row): Overlay {
  const change = { setting: row['setting'], value: JSON.parse(String(row['value'])) } as OverlayChange;
  return Object.freeze({
    ...change,
    id: String(row['id']),
    kind: String(row['kind']) as Overlay['kind'],
    target: String(row['target']),
    reason: String(row['reason']),
    createdBy: String(row['created_by']),
    createdAtMs: Number(row['created_at_ms']),
    expiresAtMs: Number(row['expires_at_ms']),
  });
}
