import type { Draft } from '../draft.ts';
import { emptyDraft, given } from '../draft.ts';
import { type ConfigurationNode, formatPlace, nearestNode, type Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { readCertificates } from '../settings/certificates.ts';
import type { CredentialBook } from '../settings/credential-book.ts';
import { readSignOn } from '../sign-on/waybill-sign-on.ts';
import { readTokens } from '../tokens/waybill-tokens.ts';
import type { WaybillFile } from './schema.ts';
import { validate } from './validate.ts';
import { readAllowances } from './waybill-allowances.ts';
import { readCredentials } from './waybill-credentials.ts';
import { readManaged } from './waybill-managed.ts';
import { readModels, readTimeouts } from './waybill-models.ts';
import { readPriorities } from './waybill-priorities.ts';
import { readBreaker, readRouting } from './waybill-routing.ts';

/** Reads a file of our own schema: faults go into `reading`, credentials into `book`. */
export function readWaybillFile(
  root: ConfigurationNode,
  folderOf: (place: Place) => string,
  book: CredentialBook,
  reading: Reading,
): Draft {
  const validated = validate(root, reading);
  const { file, node } = validated;
  readCredentials(validated, book, reading);
  const placeOf = (...path: readonly string[]) => nearestNode(node, path).node.place;
  const { server } = file;
  const data = server?.data;
  return {
    ...emptyDraft,
    ...readNetwork(file),
    schema: 'waybill',
    server: given({
      host: server?.host,
      port: server?.port,
      dataDir: data === undefined ? undefined : reading.resolvePath(data, folderOf(placeOf('server', 'data'))),
      workers: server?.workers,
      maxBodyBytes: server?.max_body,
      drainTimeoutMs: server?.drain_timeout,
      journal: server?.journal,
      suspenseMs: server?.suspense,
    }),
    masterKey:
      server?.master_key === undefined
        ? null
        : { value: server.master_key, from: `server.master_key (${formatPlace(placeOf('server', 'master_key'))})` },
    secretKey: server?.secret_key ?? null,
    databaseUrl: server?.database_url ?? null,
    redisUrl: server?.redis_url ?? null,
    ca: readCertificates(nearestNode(node, ['network', 'ca']), folderOf, reading),
    models: readModels(validated, book, reading),
    routing: { ...readRouting(file), ...given({ priorities: readPriorities(file, placeOf, reading) }) },
    breaker: readBreaker(file),
    allowances: readAllowances(file),
    keys: readKeyRules(file),
    newUsers: given({ role: file.defaults?.user?.role, models: file.defaults?.user?.models }),
    managed: readManaged(validated, book, reading),
    tokens: readTokens(file, placeOf, reading),
    signOn: readSignOn(file, placeOf, reading),
    timeouts: readTimeouts(file.routing?.timeouts),
    sandbox: file.sandbox ?? false,
    requestLog: file.request_log === undefined ? null : file.request_log ? 'on' : 'off',
    requestLogKeptMs: file.defaults?.request_log?.retention ?? null,
    prompts: readPrompts(file),
    promptsKeptMs: file.defaults?.request_log?.prompts_retention ?? null,
    logLevel: file.log_level ?? null,
    budgetExceededStatus: file.budget_exceeded_status_code ?? null,
    enforcedParams: file.enforced_params ?? [],
  };
}

function readPrompts({ defaults }: WaybillFile): Draft['prompts'] {
  const said = defaults?.request_log;
  return given({
    mode: said?.prompts,
    teams: said?.prompts_teams,
    maxBytes: said?.prompts_max_bytes,
    readers: said?.prompts_readers,
  });
}

/** In LiteLLM's names, as requests are compared with them. */
function readKeyRules({ defaults }: WaybillFile): Draft['keys'] {
  const { lifetime, max_lifetime: longest, max_budget: usd, max_limits: most } = defaults?.key ?? {};
  return {
    defaults: given({ duration: lifetime }),
    upperBounds: given({
      duration: longest,
      max_budget: usd === undefined ? undefined : Number(usd),
      rpm_limit: most?.rpm,
      tpm_limit: most?.tpm,
      max_parallel_requests: most?.parallel,
    }),
  };
}

function readNetwork({ network }: WaybillFile): Pick<Draft, 'httpProxy' | 'httpsProxy' | 'noProxy' | 'privateHosts'> {
  return {
    httpProxy: network?.http_proxy ?? network?.proxy ?? null,
    httpsProxy: network?.https_proxy ?? network?.proxy ?? null,
    noProxy: network?.no_proxy?.join(',') ?? null,
    privateHosts: network?.private_hosts ?? [],
  };
}
