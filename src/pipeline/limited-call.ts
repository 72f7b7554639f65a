import type { Party, VirtualKey } from '../access/index.ts';
import { GatewayError, NO_ALLOWANCE } from '../inference/index.ts';
import type { CallTokens, LimitedCall, LimitedParty } from '../limits/index.ts';
import type { Exchange } from './exchange.ts';
import { madeFor } from './made-for.ts';
import type { Rooms } from './rooms.ts';

/** No tokenizer makes much fewer tokens of a text: a fair guess that costs nothing. */
const BYTES_PER_TOKEN = 4;
/** What an answer is expected to take where the client set no limit. */
const EXPECTED_OUTPUT = 1_024;

/** Of the key ring no more than whom a call may be made for. */
export type PartyRooms = Pick<Rooms, 'policies'> & { readonly keys: Pick<Rooms['keys'], 'party'> };

/** The exchange as limits see it. Throws a GatewayError (403) for a customer who is blocked. */
export function limitedCall(exchange: Exchange, key: VirtualKey, rooms: PartyRooms): LimitedCall {
  const { request } = exchange;
  const { customer, tags } = exchange.madeFor ?? madeFor(exchange, key);
  const further = customer === null && tags.length === 0 ? NOBODY : partiesOf(customer, tags, rooms);
  let names: readonly string[] | null = null;
  return {
    parties: further.length === 0 ? key.parties : [...key.parties, ...further],
    modelNames: () => {
      names ??= namesOf(request?.model ?? '', rooms);
      return names;
    },
    ...expectedTokens(exchange),
  };
}

function partiesOf(customer: string | null, tags: readonly string[], { keys }: PartyRooms): readonly LimitedParty[] {
  const parties: LimitedParty[] = tags.map((tag) => partyOf('tag', tag, keys.party('tag', tag)));
  if (customer === null) return parties;
  const known = keys.party('customer', customer);
  if (known?.blocked === true) {
    throw new GatewayError('permission_denied', `The customer '${customer}' is blocked.`, { param: 'user' });
  }
  return [partyOf('customer', customer, known), ...parties];
}

function partyOf(kind: 'customer' | 'tag', id: string, known: Party | null): LimitedParty {
  const { allowance, modelAllowances } = known ?? UNLIMITED;
  return { kind, id, allowance, modelAllowances };
}

const NOBODY: readonly LimitedParty[] = [];
const UNLIMITED: Pick<LimitedParty, 'allowance' | 'modelAllowances'> = {
  allowance: NO_ALLOWANCE,
  modelAllowances: new Map(),
};

/** What token limits reserve for it. */
export function expectedTokens({ request, dialect }: Pick<Exchange, 'request' | 'dialect'>): CallTokens {
  return {
    inputTokens: Math.ceil((request?.bytes.length ?? 0) / BYTES_PER_TOKEN),
    // Embeddings have no output.
    outputTokens: dialect.chat === null ? 0 : (request?.maxOutput ?? EXPECTED_OUTPUT) * Math.max(1, request?.n ?? 1),
  };
}

/** As it was asked for, as it is configured (with or without its date), as its provider calls it. */
function namesOf(asked: string, rooms: Pick<Rooms, 'policies'>): readonly string[] {
  const { catalog } = rooms.policies();
  const configured = catalog.configuredAs(asked);
  const upstream = catalog.resolve(asked)?.deployments.map(({ upstreamModel }) => upstreamModel) ?? [];
  return [asked, ...(configured === null ? [] : [configured]), ...upstream];
}
