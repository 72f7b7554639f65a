import { covers, type Recording, reachOf } from '../../access/index.ts';
import type { Caller, PromptsMode } from '../../inference/index.ts';
import type { Database } from '../../store/index.ts';
import { type ExchangeEvent, findContent, type KeptContent } from '../../telemetry/index.ts';

export type ContentDoors = {
  /** Where the request log is read. */
  readonly log: Database;
  readonly recording: Recording;
  /** Who reads what calls said besides operators: callers their own, or administrators what is their tenants'. */
  readonly readers: () => 'own' | 'tenant';
  /** What of calls is kept now. */
  readonly mode: () => PromptsMode;
  /** What waits to be stored is stored when this resolves. */
  readonly flush: () => Promise<void>;
};

/** `withheld`: it may be there, and is not this caller's to read. */
export type ReadContent = { readonly state: 'kept'; readonly content: KeptContent } | { readonly state: NotRead };

export type NotRead = 'not_kept' | 'withheld';

/**
 * What a call said, for somebody who may see the call. Whoever reads what somebody else's call said is in the audit log
 * before the answer is told.
 */
export async function readContent(caller: Caller, event: ExchangeEvent, doors: ContentDoors): Promise<ReadContent> {
  if (!mayRead(caller, event, doors.readers())) return { state: 'withheld' };
  await doors.flush();
  const content = await findContent(doors.log, event.id);
  if (content === null) return { state: 'not_kept' };
  if (!isOwn(caller, event)) {
    const { keyId: key, userId: user, teamId: team } = event;
    const read = { action: 'content.read', kind: 'call', target: event.id, before: null, after: { key, user, team } };
    await doors.recording([read], null).write([]);
  }
  return { state: 'kept', content };
}

function mayRead(caller: Caller, event: ExchangeEvent, readers: 'own' | 'tenant'): boolean {
  const reach = reachOf(caller, 'content.read');
  const { keyId, userId, teamId, organizationId } = event;
  const owners = { keyId, userId, teamId, organizationIds: organizationId === null ? [] : [organizationId] };
  if (reach === 'everything' || readers === 'tenant') return covers(reach, owners, true);
  return covers({ ...reach, teams: [], organizations: [] }, owners, true);
}

function isOwn({ keyId, userId, kind }: Caller, event: ExchangeEvent): boolean {
  if (kind === 'master') return event.keyId === keyId;
  return event.keyId === keyId || (userId !== null && event.userId === userId);
}
