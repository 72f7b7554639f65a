import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Database, Row, SqlValue, Statement } from '../../store/index.ts';
import type { KeptContent, KeptSide } from './kept-content.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Measured on chats of 1 to 64 KB: as small as the usual level makes them, in a quarter of its time. */
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Below it a compressor takes more than the bytes that it saves are worth. */
const COMPRESSED_FROM = 1_024;
/** How zstd's frames begin, and no JSON does. */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const COLUMNS =
  'id, started_at_ms, mode, dialect, request, request_bytes, request_cut, answer, answer_bytes, answer_cut';
const INSERT = `INSERT INTO telemetry_content (${COLUMNS}) VALUES (${COLUMNS.replaceAll(/\w+/g, '?')})
  ON CONFLICT (id) DO NOTHING`;

/** Compressed off the event loop. The second time it changes nothing. */
export async function contentInsert(content: KeptContent): Promise<Statement> {
  const { id, startedAtMs, mode, dialect, request, answer } = content;
  const sides = await Promise.all([columnsOf(request), answer === null ? [null, 0, 0] : columnsOf(answer)]);
  return { sql: INSERT, values: [id, startedAtMs, mode, dialect, ...sides.flat()] };
}

/** Whose it is says the request log's row of that id: ask that first. null: nothing is kept of it. */
export async function findContent(database: Database, id: string): Promise<KeptContent | null> {
  const [row] = await database.query(`SELECT ${COLUMNS} FROM telemetry_content WHERE id = ?`, [id]);
  if (row === undefined) return null;
  const request = await sideOf(row, 'request');
  if (request === null) return null;
  return {
    id,
    startedAtMs: Number(row['started_at_ms']),
    mode: row['mode'] === 'full' ? 'full' : 'redacted',
    dialect: String(row['dialect']),
    request,
    answer: await sideOf(row, 'answer'),
  };
}

async function columnsOf({ json, bytes, isCut }: KeptSide): Promise<readonly SqlValue[]> {
  const plain = Buffer.from(json);
  const stored = plain.length < COMPRESSED_FROM ? plain : await compress(plain, FASTEST);
  // A copy of its own: what crosses to another thread brings all of the buffer that it is a part of.
  return [new Uint8Array(stored), bytes, isCut ? 1 : 0];
}

async function sideOf(row: Row, side: 'request' | 'answer'): Promise<KeptSide | null> {
  const held = row[side];
  if (!(held instanceof Uint8Array)) return null;
  const stored = Buffer.from(held);
  const json = (ZSTD_MAGIC.equals(stored.subarray(0, 4)) ? await decompress(stored) : stored).toString();
  return { json, bytes: Number(row[`${side}_bytes`]), isCut: row[`${side}_cut`] === 1 };
}
