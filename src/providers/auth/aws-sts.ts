import type { AskAnswer } from '../../network/index.ts';
import type { Expiring } from './keep-fresh.ts';
import { CredentialError } from './signer.ts';
import { type AwsCredentials, openAwsSigning } from './sigv4.ts';
import { FORM, formOf, requireText, type Surroundings, TOKEN_TIMEOUT_MS } from './surroundings.ts';

export type Role = {
  readonly arn: string;
  /** By which AWS's own records tell sessions apart. */
  readonly sessionName: string;
  readonly externalId: string | null;
};

const VERSION = '2011-06-15';

/** Takes on a role with credentials that are already there. */
export async function assumeRole(
  role: Role,
  credentials: AwsCredentials,
  region: string,
  around: Surroundings,
): Promise<Expiring<AwsCredentials>> {
  const origin = stsOrigin(region);
  const body = formOf({
    Action: 'AssumeRole',
    Version: VERSION,
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
  });
  const call = {
    method: 'POST',
    origin,
    path: '/',
    headers: ['content-type', FORM['content-type']],
    body: Buffer.from(body),
  } as const;
  const signed = openAwsSigning({ region, service: 'sts' })(call, credentials, around.clock.nowMs());
  const headers = { ...FORM, ...pairs(signed) };
  const answer = await around.ask({ method: 'POST', url: `${origin}/`, headers, body, timeoutMs: TOKEN_TIMEOUT_MS });
  return credentialsIn(answer, `AWS STS, asked for role ${role.arn},`);
}

/** Takes on a role with the token that a cluster or a CI system writes into a file, and writes anew when it is due. */
export async function assumeRoleWithWebIdentity(
  role: Role,
  tokenFile: string,
  region: string,
  around: Surroundings,
): Promise<Expiring<AwsCredentials>> {
  const token = await requireText(around, tokenFile, 'AWS web identity');
  const body = formOf({
    Action: 'AssumeRoleWithWebIdentity',
    Version: VERSION,
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    WebIdentityToken: token.trim(),
  });
  const url = `${stsOrigin(region)}/`;
  const answer = await around.ask({ method: 'POST', url, headers: FORM, body, timeoutMs: TOKEN_TIMEOUT_MS });
  return credentialsIn(answer, `AWS STS, asked for role ${role.arn} by web identity,`);
}

/** Regional: the global address lies in us-east-1, and a token of it is not valid everywhere. */
function stsOrigin(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** STS answers in XML of a fixed form: elements of these names stand in it once, and hold no markup. */
function credentialsIn({ status, text }: AskAnswer, source: string): Expiring<AwsCredentials> {
  if (status !== 200) {
    const reason = [element(text, 'Code'), element(text, 'Message')].filter((word) => word !== null).join(': ');
    throw new CredentialError(`${source} answered ${status}${reason === '' ? '' : `: ${reason.slice(0, 300)}`}`);
  }
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((name) => element(text, name));
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration)
    throw new CredentialError(`${source} answered without credentials`);
  return { value: { accessKeyId, secretAccessKey, sessionToken }, expiresMs: Date.parse(expiration) };
}

function element(xml: string, name: string): string | null {
  const open = xml.indexOf(`<${name}>`);
  const close = xml.indexOf(`</${name}>`, open);
  return open === -1 || close === -1 ? null : xml.slice(open + name.length + 2, close);
}

function pairs(flat: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < flat.length; at += 2) headers[flat[at] ?? ''] = flat[at + 1] ?? '';
  return headers;
}
