import type { JsonObject } from '../../std/index.ts';
import type { Expiring } from './keep-fresh.ts';
import { CredentialError } from './signer.ts';
import type { AwsCredentials } from './sigv4.ts';
import { fieldOf, jsonOf, METADATA_TIMEOUT_MS, requireText, type Surroundings, variable } from './surroundings.ts';

const CONTAINER_ORIGIN = 'http://169.254.170.2';
const INSTANCE_ORIGIN = 'http://169.254.169.254';
const INSTANCE_ORIGIN_V6 = 'http://[fd00:ec2::254]';
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';
/** The longest that AWS allows. */
const TOKEN_TTL_S = 21_600;

/** ECS tasks and EKS pods with an identity of their own. null: this is none. */
export async function containerCredentials(around: Surroundings): Promise<Expiring<AwsCredentials> | null> {
  const relative = variable(around, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = variable(around, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  const url = relative === null ? full : `${CONTAINER_ORIGIN}${relative}`;
  if (url === null) return null;
  const token = await containerToken(around);
  const headers = { accept: 'application/json', ...(token === null ? {} : { authorization: token }) };
  // By https it may be any host (AWS's SDKs allow it); by http only a metadata address or this machine.
  const ask = url.startsWith('https://') ? around.ask : around.askMetadata;
  const answer = await ask({ method: 'GET', url, headers, body: null, timeoutMs: METADATA_TIMEOUT_MS });
  const source = 'AWS container credentials';
  return fromDocument(jsonOf(answer, source), source);
}

async function containerToken(around: Surroundings): Promise<string | null> {
  const file = variable(around, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token =
    file === null
      ? variable(around, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
      : (await requireText(around, file, 'AWS container credentials')).trim();
  if (token !== null && /[\r\n]/.test(token))
    throw new CredentialError('AWS container credentials: the authorization token holds a line break');
  return token;
}

/** The role of an EC2 machine, by the second version of its metadata service. null: this is none, or it is off. */
export async function instanceCredentials(around: Surroundings): Promise<Expiring<AwsCredentials> | null> {
  if (variable(around, 'AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true') return null;
  const isV6 = variable(around, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE')?.toLowerCase() === 'ipv6';
  const named = variable(around, 'AWS_EC2_METADATA_SERVICE_ENDPOINT')?.replace(/\/+$/, '');
  const origin = named ?? (isV6 ? INSTANCE_ORIGIN_V6 : INSTANCE_ORIGIN);
  const session = await sessionToken(origin, around);
  if (session === null) return null;
  const headers = { 'x-aws-ec2-metadata-token': session };
  const read = (path: string) =>
    around.askMetadata({ method: 'GET', url: origin + path, headers, body: null, timeoutMs: METADATA_TIMEOUT_MS });
  const listed = await read(ROLE_PATH);
  if (listed.status === 404) return null;
  const role = listed.text.trim().split('\n', 1)[0] ?? '';
  const source = 'AWS instance metadata';
  if (listed.status !== 200 || role === '')
    throw new CredentialError(`${source} answered ${listed.status} when asked for the machine's role`);
  return fromDocument(jsonOf(await read(ROLE_PATH + role), source), source);
}

/** null: nobody is there to give one, so this is no EC2 machine. */
async function sessionToken(origin: string, around: Surroundings): Promise<string | null> {
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_TTL_S) };
  const url = `${origin}/latest/api/token`;
  try {
    const request = { method: 'PUT', url, headers, body: null, timeoutMs: METADATA_TIMEOUT_MS } as const;
    const { status, text } = await around.askMetadata(request);
    return status === 200 ? text.trim() : null;
  } catch {
    return null;
  }
}

function fromDocument(body: JsonObject, source: string): Expiring<AwsCredentials> {
  const expiration = body['Expiration'];
  return {
    value: {
      accessKeyId: fieldOf(body, 'AccessKeyId', source),
      secretAccessKey: fieldOf(body, 'SecretAccessKey', source),
      sessionToken: typeof body['Token'] === 'string' ? body['Token'] : null,
    },
    expiresMs: typeof expiration === 'string' ? Date.parse(expiration) : null,
  };
}
