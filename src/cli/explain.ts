import { readFileSync } from 'node:fs';
import type { OptionValues } from 'commander';
import { masterVirtualKey } from '../access/index.ts';
import type { Configuration, Flags } from '../config/index.ts';
import { type Assumption, assumption, explained, openUnsent, type UnsentRequest } from '../http/explanation/index.ts';
import { GatewayError } from '../inference/index.ts';
import { openPot } from '../ledger/index.ts';
import { openAdmissions, openDeploymentSlots } from '../limits/index.ts';
import { requestJson } from '../network/index.ts';
import type { ExplainingRooms } from '../pipeline/index.ts';
import { buildPolicies } from '../policies.ts';
import { openHealth, openTurns, SessionAffinity } from '../routing/index.ts';
import { isJsonObject, type JsonObject, random, systemClock } from '../std/index.ts';
import { gatewayUrl } from './announce.ts';
import { readAssumptions } from './asking/assume-options.ts';
import { exitCode } from './exit-code.ts';
import { explanationText } from './explanation-text.ts';
import { loadOrExit } from './load.ts';
import { print, printError, printJson } from './output.ts';
import { masterKeyFile, readSecretFile } from './secret-files.ts';

type Explained = { readonly status: number; readonly body: JsonObject };

/**
 * How a call would be routed. The running gateway is asked, which knows how its deployments do; where none runs, the
 * configuration says what it can.
 */
export async function explainCommand(model: string, flags: Flags, options: OptionValues): Promise<void> {
  const configuration = await loadOrExit(flags);
  const asked = unsentRequest(model, options);
  const assume = assumedIn(options['assume']);
  const told =
    (await askGateway(configuration, asked, assume, options)) ?? (await explainHere(configuration, asked, assume));
  const { status, body } = told;
  if (options['json'] === true) printJson(body);
  else if (status < 300) print(explanationText(body));
  else printError(messageIn(body) ?? `status ${status}`);
  if (status >= 300) process.exitCode = exitCode.failed;
}

function unsentRequest(model: string, options: OptionValues): UnsentRequest {
  const given = typeof options['body'] === 'string' ? readBody(options['body']) : {};
  const messages = [{ role: 'user', content: 'hello' }];
  const body = {
    ...(options['path'] === undefined && options['body'] === undefined ? { messages } : {}),
    ...given,
    model,
    ...(options['stream'] === true ? { stream: true } : {}),
  };
  return { path: String(options['path'] ?? '/v1/chat/completions'), headers: headersOf(options['header']), body };
}

function assumedIn(option: unknown): Assumption | null {
  if (!Array.isArray(option)) return null;
  const said = readAssumptions(option.map(String));
  if ('wrong' in said)
    refuseOption(`--assume: expected <deployment>=down or <deployment>=<input>/<output>, got '${said.wrong}'.`);
  const read = assumption.safeParse(said);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  refuseOption(`--assume: ${[...(issue?.path ?? []), issue?.message].join(': ')}.`);
}

function refuseOption(message: string): never {
  printError(message);
  process.exit(exitCode.failed);
}

function readBody(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isJsonObject(value)) return value;
    printError(`--body: ${file} holds no JSON object.`);
  } catch (error) {
    printError(`--body: ${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  process.exit(exitCode.failed);
}

function headersOf(option: unknown): UnsentRequest['headers'] {
  const lines = Array.isArray(option) ? option.map(String) : [];
  return Object.fromEntries(lines.map(headerIn));
}

function headerIn(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon > 0) return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  printError(`--header: expected 'name: value', got '${line}'.`);
  process.exit(exitCode.failed);
}

/** null: none runs at the configured address. One that `--url` names must be there. */
async function askGateway(
  configuration: Configuration,
  asked: UnsentRequest,
  assume: Assumption | null,
  options: OptionValues,
): Promise<Explained | null> {
  const url = typeof options['url'] === 'string' ? options['url'] : null;
  const base = url ?? gatewayUrl(configuration.server);
  const key = typeof options['key'] === 'string' ? options['key'] : masterKeyOf(configuration);
  if (key === null && url === null) return notRunning(base);
  try {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` };
    const answer = await requestJson(new URL('/utils/explain', base), 'POST', headers, {
      ...asked,
      ...(assume === null ? {} : { assume }),
    });
    return { status: answer.status, body: isJsonObject(answer.body) ? answer.body : {} };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (url !== null) {
      printError(`No gateway answers at ${base} (${reason}).`);
      process.exit(exitCode.failed);
    }
    return notRunning(base);
  }
}

function notRunning(base: string): null {
  printError(`No gateway answers at ${base}: this is what the configuration says, as the master key would see it.`);
  return null;
}

function masterKeyOf({ secrets, server }: Configuration): string | null {
  return secrets.masterKey?.value ?? readSecretFile(masterKeyFile(server.dataDir));
}

async function explainHere(
  configuration: Configuration,
  asked: UnsentRequest,
  assume: Assumption | null,
): Promise<Explained> {
  try {
    const rooms = roomsAtRest(configuration);
    const reader = { seesCredentials: true, nowMs: rooms.clock.monotonicMs(), learnedParallel: rooms.slots.learned };
    return {
      status: 200,
      body: { ...(await explained(await openUnsent(asked, rooms), masterVirtualKey, assume, rooms, reader)) },
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, body: { error: { code: error.code, message: error.message } } };
  }
}

/** Of a gateway that has just started: nothing has been called yet. */
function roomsAtRest(configuration: Configuration): ExplainingRooms {
  const policies = buildPolicies(configuration, () => null);
  return {
    clock: systemClock,
    random,
    policies: () => policies,
    health: openHealth(() => policies.health),
    slots: openDeploymentSlots(() => false),
    affinity: new SessionAffinity(),
    turns: openTurns(),
    keys: { party: () => null },
    admissions: openAdmissions({
      potFor: (id, limit) => openPot(id, limit, 0n),
      rules: () => policies.rules,
      calendar: () => policies.calendar,
    }),
    conversations: {
      find: async () => null,
      save: async () => undefined,
      remove: async () => false,
      close: () => undefined,
    },
  };
}

function messageIn({ error }: JsonObject): string | null {
  return isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : null;
}
