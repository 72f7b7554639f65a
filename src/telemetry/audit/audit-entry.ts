import { createHash } from 'node:crypto';
import type { Actor } from './actor.ts';

/** One change, as whoever makes it tells it. `before` and `after` are facts as JSON has them; null: it was not there. */
export type AuditedChange = {
  /** In the words of `authorize`: `team.change`. */
  readonly action: string;
  readonly kind: string;
  /** The id of what was changed. */
  readonly target: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
};

/** A row of the audit log. Each holds the hash of the one before it, and a hash of all of itself. */
export type AuditEntry = Omit<AuditedChange, 'before' | 'after'> &
  Omit<Actor, 'id'> & {
    /** From 1, without gaps. */
    readonly seq: number;
    readonly atMs: number;
    readonly actor: string;
    /** JSON; null: it was not there. */
    readonly before: string | null;
    readonly after: string | null;
    readonly previousHash: string;
    readonly hash: string;
  };

/** What the first entry has before it. */
export const FIRST_HASH = '0'.repeat(64);

export type ChainEnd = Pick<AuditEntry, 'seq' | 'hash'>;

/** The entry that comes next. Only what changed is kept of what there was before and after. */
export function nextEntry(end: ChainEnd, change: AuditedChange, actor: Actor, atMs: number): AuditEntry {
  const [before, after] = differing(change);
  const { action, kind, target } = change;
  const { id, changedBy, ip } = actor;
  const entry = {
    seq: end.seq + 1,
    atMs,
    actor: clean(id),
    changedBy: changedBy === null ? null : clean(changedBy),
    ip,
    action,
    kind,
    target: clean(target),
    before: before === null ? null : JSON.stringify(masked(before)),
    after: after === null ? null : JSON.stringify(masked(after)),
    previousHash: end.hash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** sha256 over all of it, what came before it included, in hex. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { previousHash, seq, atMs, actor, changedBy, ip, action, kind, target, before, after } = entry;
  const whole = [previousHash, seq, atMs, actor, changedBy, ip, action, kind, target, before, after];
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex');
}

function differing({ before, after }: AuditedChange): readonly [AuditedChange['before'], AuditedChange['after']] {
  if (before === null || after === null) return [before, after];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => text(before[name]) !== text(after[name]));
  const pick = (facts: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(changed.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
  return [pick(before), pick(after)];
}

function text(value: unknown): string {
  return JSON.stringify(value, plain) ?? '';
}

const SECRET_NAME = /secret|passw|credential|api_?key|private_?key|authorization|(?:^|_)token$/i;
const SECRET_VALUE = /\b(?:sk|pk|rk|xox[a-z]|gh[a-z])[-_][A-Za-z0-9_-]{8,}/g;
const MASK = '***';

/** People write secrets into metadata as well. */
function masked(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value !== null && value !== undefined && SECRET_NAME.test(name)) return MASK;
  if (typeof value === 'string') return clean(value.replace(SECRET_VALUE, MASK));
  if (Array.isArray(value)) return value.map((each) => masked(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, each]) => [clean(member), masked(each, member)]));
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Postgres takes no NUL, and half of a surrogate pair would not come back as it went. */
function clean(value: string): string {
  return value.replaceAll('\0', '\u{FFFD}').toWellFormed();
}
