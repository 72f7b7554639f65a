import type { z } from 'zod';
import type { Action, Reach, VirtualKey } from '../access/index.ts';
import type { Subject } from '../administration/index.ts';
import type { GatewayError } from '../inference/index.ts';

/** Of a request; names in small letters. */
export type RequestHeaders = Pick<Headers, 'get' | 'has'>;

/** What a handler is given: everything it needs is parsed, its caller known and allowed. */
export type RouteCall<Body, Query> = {
  readonly key: VirtualKey;
  /** How far the caller goes with the route's action. */
  readonly reach: Reach;
  /** The first credential that is not ours, for an upstream that takes the caller's own; null: none. */
  readonly foreignCredential: string | null;
  readonly body: Body;
  readonly query: Query;
  readonly headers: RequestHeaders;
  readonly method: string;
  /** Of the address, as it was asked for. */
  readonly path: string;
  /** Of the connection; null: it is closed already. */
  readonly clientIp: string | null;
  /** The part of the path that `*` stands for, decoded. */
  readonly rest: string;
};

export type RouteAnswer = {
  readonly status?: number;
  readonly body: unknown;
  /** Given: the body is text of this type instead of JSON. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each as `set-cookie` has it. */
  readonly cookies?: readonly string[];
};

/**
 * One route of an API other than inference. `action` is what it does, in the words of `authorize`; `public` is written
 * out for the few that need no caller. `resource` names what it is about, from the parsed request; left out: the gateway as
 * a whole, so that only those may whose action has no bounds.
 */
export type Route<Body = unknown, Query = unknown> = {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly summary: string;
  /** `bytes`: as it came, for a dialect to read, and as long as a request of inference may be. */
  readonly body?: z.ZodType<Body> | 'bytes';
  readonly query?: z.ZodType<Query>;
  /** How a refusal is told to this client; left out: in OpenAI's envelope. */
  readonly encodeError?: (headers: RequestHeaders, url: URL) => (error: GatewayError) => Buffer;
  /** Of a refusal; left out: JSON. */
  readonly errorType?: string;
} & (
  | {
      readonly action: 'public';
      readonly answer: (
        call: Omit<RouteCall<Body, Query>, 'key' | 'reach' | 'foreignCredential'>,
      ) => Promise<RouteAnswer> | RouteAnswer;
    }
  | {
      readonly action: Action;
      readonly resource?: (call: RouteCall<Body, Query>) => Subject | readonly Subject[];
      readonly answer: (call: RouteCall<Body, Query>) => Promise<RouteAnswer> | RouteAnswer;
    }
);

/** Keeps the types of a route's body and query inside it, so that routes of many shapes stand in one list. */
export function route<Body = undefined, Query = undefined>(declared: Route<Body, Query>): Route {
  return declared as unknown as Route;
}

/** The caller itself. */
export function self(): Subject {
  return SELF;
}

/** What of all there is the caller reaches: the route keeps to `reach`. */
export function reached(): Subject {
  return REACHED;
}

const SELF: Subject = { kind: 'self' };
const REACHED: Subject = { kind: 'reached' };
