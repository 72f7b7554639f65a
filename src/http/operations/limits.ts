import type { Deployment, Model } from '../../catalog/index.ts';
import type { LimitInUse } from '../../limits/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { limitsQuery } from './contract-limits-in-use.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of the rate limits is used now. A limit that nobody uses is whole, and stands where it was set. */
export function limitRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/health/limits',
      summary: "The rate limits in use and the deployments' own: what is used now, what remains, when it frees.",
      action: 'limit.list',
      query: limitsQuery,
      answer: ({ query: { kind, id } }) => {
        const nowMs = rooms.clock.monotonicMs();
        const all = [...rooms.admissions.inUse(nowMs).map(encodeLimit), ...ofDeployments(rooms, nowMs)];
        const asked = all.filter(
          (row) => (kind === undefined || row['kind'] === kind) && (id === undefined || row['id'] === id),
        );
        return { body: { limits: asked } };
      },
    }),
  ];
}

function encodeLimit({ kind, id, model, measure, per, limit, ...usage }: LimitInUse): Json {
  return { kind, id: id.replace('\n', '/'), model, measure, per, limit, ...encodeUsage(usage) };
}

function encodeUsage({
  used,
  remaining,
  freesInMs,
  emptyInMs,
}: Omit<LimitInUse, 'kind' | 'id' | 'model' | 'measure' | 'per' | 'limit'>) {
  return { used, remaining, frees_in_ms: rounded(freesInMs), empty_in_ms: rounded(emptyInMs) };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.ceil(ms);
}

function ofDeployments({ policies, slots }: Rooms, nowMs: number): readonly Json[] {
  return policies()
    .catalog.configured()
    .flatMap((model) => model.deployments.flatMap((each) => ofDeployment(model, each, slots, nowMs)));
}

function ofDeployment(
  { name }: Model,
  { id, limits }: Deployment,
  slots: Rooms['slots'],
  nowMs: number,
): readonly Json[] {
  return slots.inUse(id, limits, nowMs).map(({ measure, per, limit, ...usage }) => ({
    kind: 'deployment',
    id,
    model: name,
    measure,
    per,
    limit,
    ...encodeUsage(usage),
  }));
}
