import { argon2, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { GatewayError } from '../../inference/index.ts';
import { randomText } from '../../std/index.ts';

/** OWASP's second choice of parameters, 19 MiB and two passes: 30 ms of one core, off the loop. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
/** Letters of base 62: 131 bits. */
const NONCE_BYTES = 22;
/** More at once would take the threads that the loop reads files and names with. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 32;

const STORED = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([\w+/]+)\$([\w+/]+)$/;

export type PasswordHashes = {
  /** As it is stored: argon2id's usual text. */
  readonly make: (password: string) => Promise<string>;
  /** Takes as long for a password that nobody has (null) as for a wrong one. */
  readonly isRight: (password: string, stored: string | null) => Promise<boolean>;
};

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

/** Under the pepper: whoever has the database alone cannot try passwords. */
export function openPasswordHashes(pepper: KeyObject): PasswordHashes {
  const inTurn = openTurnstile();
  const tagOf = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
    inTurn(() => {
      // The same letters typed on another system may come as other code points (NIST SP 800-63B, 3.1.1.2).
      const message = createHmac('sha256', pepper).update(password.normalize('NFKC')).digest();
      return argon2id('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost });
    });
  return {
    make: async (password) => {
      const nonce = Buffer.from(randomText(NONCE_BYTES));
      const tag = await tagOf(password, nonce, COST);
      const { memory, passes, parallelism } = COST;
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(nonce)}$${text(tag)}`;
    },
    isRight: async (password, stored) => {
      const [, memory, passes, parallelism, nonce = '', tag = ''] = STORED.exec(stored ?? '') ?? [];
      if (tag === '') {
        await tagOf(password, Buffer.alloc(NONCE_BYTES), COST);
        return false;
      }
      const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
      const expected = Buffer.from(tag, 'base64');
      const given = await tagOf(password, Buffer.from(nonce, 'base64'), cost);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

const argon2id = promisify(argon2);

function text(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** Rejects with a GatewayError (503) where too many wait: a flood of sign-ins takes neither memory nor cores. */
function openTurnstile(): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= MAX_AT_ONCE) {
      if (waiting.length >= MAX_WAITING) {
        const message = 'Too many people sign in at this moment; try again in a few seconds.';
        throw new GatewayError('overloaded', message, { retryAfterMs: 3_000 });
      }
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      await turn.promise;
    } else running++;
    try {
      return await run();
    } finally {
      // The place goes to the next one, or is free.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
