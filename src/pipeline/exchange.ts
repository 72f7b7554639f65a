import type { IncomingHttpHeaders } from 'node:http';
import type { VirtualKey } from '../access/index.ts';
import type { Model, Price } from '../catalog/index.ts';
import type { StoredResponse } from '../conversation/index.ts';
import type { Dialect, ReceivedRequest, RequestAddress } from '../dialects/index.ts';
import type { ChatRequest, DeploymentId, ExchangeId, Usage } from '../inference/index.ts';
import type { Candidate, Needs, Plan, Preferences, SessionKey } from '../routing/index.ts';
import type { JsonObject } from '../std/index.ts';
import type { AttemptRecord } from '../telemetry/index.ts';
import type { Reply } from './reply.ts';

/** A request that continues a stored one: as it came, for the deployment that knows what it refers to. */
export type Recalled = { readonly asReceived: ReceivedRequest; readonly deployment: DeploymentId | null };

/** What a connection remembers of its own turns, kept or not. */
export type LocalTurns = {
  /** The turn of that id and all before it, oldest first; null: it knows none. */
  readonly find: (id: string) => readonly StoredResponse[] | null;
  readonly keep: (stored: StoredResponse) => void;
};

/** Why a candidate was not called when its turn came: what the plan knew had changed, or only an attempt finds out. */
export type PassedOverFor = 'operation' | 'resting' | 'limit' | 'budget' | 'inexpressible';

/** What a caller is charged for an answer, nanodollars. `price` null: it is not known, and nothing is charged. */
export type Charged = { readonly nanoUsd: bigint; readonly usage: Usage; readonly price: Price | null };

/** Whom the call is made for besides its key's holders, as its client and its key say. */
export type MadeFor = { readonly customer: string | null; readonly tags: readonly string[] };

/** One request and its answer in flight. The door fills the first half; the stages the second, in their order. */
export type Exchange = {
  readonly id: ExchangeId;
  readonly dialect: Dialect;
  readonly address: RequestAddress;
  /** The request's headers, names in lower case. */
  readonly requestHeaders: IncomingHttpHeaders;
  readonly path: string;
  /** Every credential that the request carries, distinct, in order. */
  readonly credentials: readonly string[];
  /** Headers that go upstream with a request in the dialect it came in, flat. */
  readonly forwarded: readonly string[];
  readonly clientRequestId: string | null;
  readonly userAgent: string | null;
  readonly clientIp: string | null;
  /** Where a request names its session if no header does. */
  readonly sessionInBody: (body: JsonObject, headers: IncomingHttpHeaders) => string | null;
  /** Epoch milliseconds, for the books. */
  readonly startedAtMs: number;
  /** Monotonic, for durations. */
  readonly startedMs: number;
  /** Reads the body, at once where it is there; rejects with a GatewayError (413, 408, 499). */
  readonly readBody: () => Buffer | Promise<Buffer>;
  readonly reply: Reply;
  /** null: the client's connection has one turn. */
  readonly localTurns: LocalTurns | null;

  key: VirtualKey | null;
  /** The client's name for the conversation that this is a turn of; up to 256 printable characters. null: it gave none. */
  sessionId: string | null;
  /** The first credential that is not ours: for an upstream credential that says `auth: caller`. Never logged. */
  foreignCredential: string | null;
  request: ReceivedRequest | null;
  /** null: the request has not been read yet. */
  madeFor: MadeFor | null;
  /** What the request says of where it wants to be answered. */
  preferences: Preferences;
  /** Models that the request names beside the asked one, in order; each is its caller's to use. */
  furtherModels: readonly Model[];
  /**
   * By what its conversation is kept at a deployment, worked out with the first plan; null: by nothing. `isNamed`: from
   * its first answer on.
   */
  conversation: { readonly key: SessionKey; readonly isNamed: boolean } | null;
  /** What the request needs of a deployment; null: nobody has asked yet. */
  needs: Needs | null;
  /** Every plan made for it: the asked models', then those of their fallbacks. */
  readonly plans: Plan[];
  /** Candidates whose turn came and who were not called; null: none was. */
  passedOver: Map<Candidate, PassedOverFor> | null;
  /** What the request was before what it refers to was put in front of it; null: it refers to nothing. */
  recalled: Recalled | null;
  /** The request in no dialect, once a candidate needed it so. */
  canonical: ChatRequest | null;
  /** What the budget lowered the output limit to, where the client set none; null: nothing. Tokens per answer. */
  clampedOutput: number | null;
  /** The answer that flows to the client, which must not be interrupted in the middle of an event; null: none yet. */
  flowing: { readonly isBetweenEvents: () => boolean } | null;
  /** False once a quirk or a translation made the upstream's request another one than the client's. */
  passThrough: boolean;
  /** What the last attempt's upstream could not be told, in one line; null: nothing. */
  warnings: string | null;
  /** Headers for the client that stages found worth telling, flat. */
  readonly headers: string[];
  readonly attempts: AttemptRecord[];
  /** What the answer came to; null: it is not settled yet, or nobody answered. */
  charged: Charged | null;
  /** What attempts that others have outrun may have cost the operator; the caller is not charged for them. */
  costBesideNanoUsd: bigint;
};
