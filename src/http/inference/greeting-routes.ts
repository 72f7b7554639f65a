import { z } from 'zod';
import type { ListedModel } from '../../catalog/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { listedFor } from '../models/models.ts';
import { type Route, route } from '../route.ts';

/** What Claude Code knocks at, with HEAD and without a key, to see that somebody is there. */
const KNOCKS = ['/', '/api/hello'] as const;

const anything = z.record(z.string(), z.string());

/** What agents ask for before their first call. */
export function greetingRoutes(rooms: Rooms): readonly Route[] {
  return [
    ...KNOCKS.map((path) =>
      route({
        method: 'GET',
        path,
        summary: 'Somebody is there.',
        action: 'public',
        answer: () => ({ body: '', contentType: 'text/plain' }),
      }),
    ),
    // Claude Code tells its maker how it is used, at whatever address stands for its maker; a refusal is told to its user.
    route({
      method: 'POST',
      path: '/api/event_logging/batch',
      summary: 'What Claude Code tells its maker of its use. It is neither read nor kept, and goes nowhere.',
      action: 'public',
      answer: () => ({ body: { status: 'ok' } }),
    }),
    ...['', '/bedrock'].map((prefix) =>
      route<undefined, Readonly<Record<string, string>>>({
        method: 'GET',
        path: `${prefix}/inference-profiles`,
        summary: 'The models that this key may call, as Bedrock lists inference profiles.',
        query: anything,
        action: 'model.list',
        answer: ({ key, query }) => ({
          // Profiles that an account made itself there are none of.
          body: {
            inferenceProfileSummaries: query['type'] === 'APPLICATION' ? [] : listedFor(key.caller, rooms).map(profile),
          },
        }),
      }),
    ),
  ];
}

/** Every member that the API's reference requires of a summary. */
function profile({ id, createdS, ownedBy }: ListedModel): JsonObject {
  const arn = `arn:aws:bedrock:::inference-profile/${id}`;
  const at = new Date(createdS * 1000).toISOString();
  return {
    inferenceProfileId: id,
    inferenceProfileName: id,
    inferenceProfileArn: arn,
    description: `At ${ownedBy}`,
    models: [{ modelArn: arn }],
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
    createdAt: at,
    updatedAt: at,
  };
}
