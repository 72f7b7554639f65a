import { backoffMs, random } from '../../std/index.ts';
import { DatabaseError } from '../database-error.ts';
import { type Counters, LIVE_MS, PRESSED_MS, type ShareAnswer, type ShareRoundAnswer } from './counters.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 2_000;
const FORGOTTEN_AFTER_MS = 86_400_000;

/** One hash slot, so that a script may touch all of them on a cluster as well. */
const KEY = '{waybill}';
const PROCESSES = `${KEY}:processes`;
const PRESSED = `${KEY}:pressed`;

/** A round, all or nothing: `decideShare` and `weightOf` in the program. The contract suite holds them to the same. */
const ROUND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local process, op, asks = ARGV[1], tonumber(ARGV[2]), cjson.decode(ARGV[3])
local live_ms, pressed_ms, forgotten_ms = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
redis.call('HSET', KEYS[1], process, now)
local heard, live = {}, 0
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local ms = tonumber(all[at + 1])
  local left = ms < 0
  ms = math.abs(ms)
  if now - ms > forgotten_ms then
    redis.call('HDEL', KEYS[1], all[at])
  else
    heard[all[at]] = { ms = ms, live = not left and now - ms < live_ms }
    if heard[all[at]].live then live = live + 1 end
  end
end
local function weight_of(row, known)
  if known == nil then return 0 end
  if known.live then return row.cap end
  if type(row.windowMs) ~= 'number' then return 0 end
  return math.ceil(row.cap * math.max(0, 1 - math.max(0, now - known.ms) / row.windowMs))
end
local answers = {}
for nth, ask in ipairs(asks) do
  local key = KEYS[2 + nth]
  local rows = redis.call('HGETALL', key)
  local others, elsewhere, own = {}, 0, nil
  for at = 1, #rows, 2 do
    local row = cjson.decode(rows[at + 1])
    if rows[at] == process then
      own = row
    else
      local known = heard[rows[at]]
      local is_live = known ~= nil and known.live
      local weight = weight_of(row, known)
      if is_live or weight > 0 then
        elsewhere = elsewhere + weight
        local pressed = is_live and row.pressed or 0
        others[#others + 1] = { process = rows[at], cap = weight, used = row.used, pressed = pressed, need = row.need,
          isLive = is_live }
      else
        redis.call('HDEL', key, rows[at])
      end
    end
  end
  local cap
  if own ~= nil and own.op > op then
    cap = own.cap
  else
    cap = math.max(ask.keep, math.min(ask.want, ask.limit - elsewhere), 0)
    if ask.pressed > 0 then redis.call('ZADD', KEYS[2], now, ask.name) end
    if cap > 0 or ask.pressed > 0 then
      redis.call('HSET', key, process, cjson.encode({ cap = cap, windowMs = ask.windowMs, used = ask.used,
        pressed = ask.pressed, need = ask.need, op = op }))
    else
      redis.call('HDEL', key, process)
    end
  end
  local window = type(ask.windowMs) == 'number' and ask.windowMs or 0
  redis.call('PEXPIRE', key, math.max(window, 60000) + 60000)
  answers[nth] = { name = ask.name, cap = cap, others = others }
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - pressed_ms)
return cjson.encode({ live = live, nowMs = now, pressed = redis.call('ZRANGE', KEYS[2], 0, -1), answers = answers })
`;

const LEAVE = `
local heard = redis.call('HGET', KEYS[1], ARGV[1])
if heard then redis.call('HSET', KEYS[1], ARGV[1], -math.abs(tonumber(heard))) end
`;

export type RedisCounters = Counters & {
  /** Rejects where the server does not answer; for the doctor. */
  readonly version: () => Promise<string>;
};

/** For instances on one Redis or Valkey, 5 or later. Connects when it is first asked, and again after an outage. */
export async function openRedisCounters(url: string): Promise<RedisCounters> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => backoffMs(attempt, random()),
    connectionName: 'waybill',
  });
  // Each command says for itself that it failed.
  redis.on('error', () => undefined);
  return {
    kind: 'redis',
    exchange: async ({ process, op, asks }) => {
      const keys = [PROCESSES, PRESSED, ...asks.map(({ name }) => `${KEY}:share:${name}`)];
      const told = [process, op, JSON.stringify(asks), LIVE_MS, PRESSED_MS, FORGOTTEN_AFTER_MS];
      const answer = await asked(() => redis.eval(ROUND, keys.length, ...keys, ...told));
      return readAnswer(String(answer));
    },
    leave: async (process) => void (await asked(() => redis.eval(LEAVE, 1, PROCESSES, process))),
    version: async () => {
      const about = await asked(() => redis.info('server'));
      return /(?:valkey|redis)_version:\S+/.exec(about)?.[0].replace('_version:', ' ') ?? 'of an unknown version';
    },
    close: async () => redis.disconnect(),
  };
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(`Redis: ${message}`, { cause: error });
  }
}

/** Lua knows no empty list: it writes an object. */
function readAnswer(text: string): ShareRoundAnswer {
  const { answers, pressed, ...rest } = JSON.parse(text) as ShareRoundAnswer;
  return {
    ...rest,
    pressed: listOf(pressed),
    answers: listOf<ShareAnswer>(answers).map((answer) => ({ ...answer, others: listOf(answer.others) })),
  };
}

function listOf<T>(value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [];
}
