import { noUsage } from '../inference/index.ts';
import type { Row, SqlValue } from '../store/index.ts';
import type { ExchangeEvent } from './event.ts';
import { type PackedPlan, unpackPlan } from './plan-record.ts';

type RestOfEvent = Partial<Omit<ExchangeEvent, 'plans'>> & { readonly plans?: readonly PackedPlan[] };

/** What `requestLogRow` takes apart, whole again. Rows of old hold all of the event in `event`, columns or not. */
export function eventOfRow(row: Row): ExchangeEvent {
  const rest = JSON.parse(String(row['event'])) as RestOfEvent;
  return {
    ...NOTHING,
    id: String(row['id']),
    startedAtMs: Number(row['started_at_ms']),
    keyId: text(row['key_id']),
    keyHash: text(row['key_hash']),
    userId: text(row['user_id']),
    teamId: text(row['team_id']),
    organizationId: text(row['organization_id']),
    projectId: text(row['project_id']),
    tags: row['tags'] === null || row['tags'] === undefined ? [] : (JSON.parse(String(row['tags'])) as string[]),
    endUser: text(row['end_user']),
    requestedModel: text(row['requested_model']),
    answeredModel: text(row['answered_model']),
    upstreamId: text(row['upstream_id']),
    deployment: text(row['deployment']),
    provider: text(row['provider']),
    upstreamModel: text(row['upstream_model']),
    outcome: String(row['outcome']) as ExchangeEvent['outcome'],
    status: Number(row['status']),
    streamed: Number(row['streamed']) === 1,
    priceVersion: text(row['price_version']),
    priced: Number(row['priced']) === 1,
    sandbox: Number(row['sandbox']) === 1,
    byok: Number(row['byok']) === 1,
    clientRequestId: text(row['client_request_id']),
    errorCode: text(row['error_code']),
    sessionId: text(row['session_id']),
    ...rest,
    // A correction changes the columns.
    costNanoUsd: String(row['cost_nano']),
    chargeNanoUsd: String(row['charge_nano']),
    plans: (rest.plans ?? []).map(unpackPlan),
    usage: { ...noUsage, ...rest.usage },
  };
}

/** Of members that are written only when there is something to say. */
const NOTHING = {
  dialect: 'openai-chat',
  path: '',
  errorMessage: null,
  keyAlias: null,
  clientIp: null,
  userAgent: null,
  attempts: [],
  passThrough: false,
  finishReason: null,
  firstByteMs: null,
  durationMs: 0,
  requestBytes: 0,
  responseBytes: 0,
} as const satisfies Partial<ExchangeEvent>;

function text(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
