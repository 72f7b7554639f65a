import { containerCredentials, instanceCredentials } from './aws-metadata.ts';
import { type AwsProfile, type AwsProfiles, readAwsProfiles } from './aws-profile.ts';
import { ssoCredentials } from './aws-sso.ts';
import { assumeRole, assumeRoleWithWebIdentity, type Role } from './aws-sts.ts';
import { type Expiring, keepFresh } from './keep-fresh.ts';
import { bearerSigner, CredentialError, type Signer } from './signer.ts';
import { type AwsCredentials, openAwsSigning } from './sigv4.ts';
import { type Surroundings, variable } from './surroundings.ts';

/** What the configuration says of an AWS account. null: not said, so the usual chain of AWS's SDKs is gone through. */
export type AwsAccount = {
  readonly region: string;
  /** A key of Bedrock's own (`ABSK…`), sent as it is; nothing is signed. */
  readonly bearerKey: string | null;
  readonly keys: AwsCredentials | null;
  readonly profile: string | null;
  /** Taken on with whatever credentials are found, or with the token in `webIdentityTokenFile`. */
  readonly roleArn: string | null;
  readonly externalId: string | null;
  readonly sessionName: string | null;
  readonly webIdentityTokenFile: string | null;
};

type Found = Expiring<AwsCredentials>;
/** null: not set up here, so the next one is asked. */
type Source = { readonly name: string; readonly find: () => Promise<Found | null> };

const SESSION_NAME = 'waybill';
/** Keys in a file are read again after so long: other tools write short-lived ones there. */
const REREAD_MS = 15 * 60_000;

/** Signs calls to one service of an account, or puts its bearer key on them. */
export function awsSigner(account: AwsAccount, service: string, around: Surroundings): Signer {
  const bearer = account.bearerKey ?? (isSilent(account) ? variable(around, 'AWS_BEARER_TOKEN_BEDROCK') : null);
  if (bearer !== null) return bearerSigner(() => bearer);
  const credentials = keepFresh(() => findAwsCredentials(account, around), around.clock);
  const signAws = openAwsSigning({ region: account.region, service });
  return (call) => {
    const sign = (found: AwsCredentials): readonly string[] => [
      ...call.headers,
      ...signAws(call, found, around.clock.nowMs()),
    ];
    const held = credentials();
    return held instanceof Promise ? held.then(sign) : sign(held);
  };
}

/** Nothing but a region is said. */
function isSilent({ keys, profile, roleArn }: AwsAccount): boolean {
  return keys === null && profile === null && roleArn === null;
}

export async function findAwsCredentials(account: AwsAccount, around: Surroundings): Promise<Found> {
  const { roleArn, webIdentityTokenFile: tokenFile } = account;
  const role = roleArn === null ? null : roleOf(roleArn, account.externalId, account.sessionName);
  if (role !== null && tokenFile !== null) return assumeRoleWithWebIdentity(role, tokenFile, account.region, around);
  const found = await firstOf(sourcesOf(account, around));
  if (role === null) return found;
  return assumeRole(role, found.value, account.region, around);
}

/** What is said counts alone; else the order of AWS's SDKs. */
function sourcesOf(account: AwsAccount, around: Surroundings): readonly Source[] {
  const { keys, region } = account;
  if (keys !== null) return [{ name: 'configured keys', find: async () => ({ value: keys, expiresMs: null }) }];
  const profile = account.profile ?? variable(around, 'AWS_PROFILE') ?? 'default';
  const fromProfile: Source = {
    name: `profile ${profile}`,
    find: async () => {
      const profiles = await readAwsProfiles(around);
      if (profiles.profile(profile) !== null) return profileCredentials(profile, profiles, { region, around }, []);
      if (account.profile !== null) throw new CredentialError(`AWS has no profile ${profile}`);
      return null;
    },
  };
  if (account.profile !== null) return [fromProfile];
  return [
    { name: 'environment', find: async () => environmentCredentials(around) },
    fromProfile,
    { name: 'web identity', find: () => webIdentityCredentials(region, around) },
    { name: 'container', find: () => containerCredentials(around) },
    { name: 'instance metadata', find: () => instanceCredentials(around) },
  ];
}

async function firstOf(sources: readonly Source[]): Promise<Found> {
  for (const { name, find } of sources) {
    try {
      const found = await find();
      if (found !== null) return found;
    } catch (error) {
      if (error instanceof CredentialError) throw error;
      throw new CredentialError(`AWS credentials by ${name}: ${error instanceof Error ? error.message : 'failed'}`);
    }
  }
  throw new CredentialError(`no AWS credentials; asked were: ${sources.map(({ name }) => name).join(', ')}`);
}

function environmentCredentials(around: Surroundings): Found | null {
  const accessKeyId = variable(around, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = variable(around, 'AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === null || secretAccessKey === null) return null;
  const sessionToken = variable(around, 'AWS_SESSION_TOKEN');
  return { value: { accessKeyId, secretAccessKey, sessionToken }, expiresMs: null };
}

async function webIdentityCredentials(region: string, around: Surroundings): Promise<Found | null> {
  const file = variable(around, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  const arn = variable(around, 'AWS_ROLE_ARN');
  if (file === null || arn === null) return null;
  const role = roleOf(arn, null, variable(around, 'AWS_ROLE_SESSION_NAME'));
  return assumeRoleWithWebIdentity(role, file, region, around);
}

type Place = { readonly region: string; readonly around: Surroundings };

/** `under`: the profiles that led here by `source_profile`. */
async function profileCredentials(
  name: string,
  profiles: AwsProfiles,
  place: Place,
  under: readonly string[],
): Promise<Found> {
  const profile = profiles.profile(name);
  if (profile === null) throw new CredentialError(`AWS has no profile ${name}`);
  if (under.includes(name)) throw new CredentialError(`AWS profile ${name} is its own source`);
  const arn = profile['role_arn'];
  if (arn !== undefined) return roleCredentials(name, arn, profile, profiles, place, under);
  const keys = keysOf(profile);
  if (keys !== null) return { value: keys, expiresMs: place.around.clock.nowMs() + REREAD_MS };
  if (profile['sso_account_id'] !== undefined) return ssoCredentials(profile, profiles, place.around);
  if (profile['credential_process'] !== undefined)
    throw new CredentialError(`AWS profile ${name} names a credential_process: no program is run here`);
  throw new CredentialError(`AWS profile ${name} holds no credentials`);
}

async function roleCredentials(
  name: string,
  arn: string,
  profile: AwsProfile,
  profiles: AwsProfiles,
  { region, around }: Place,
  under: readonly string[],
): Promise<Found> {
  const role = roleOf(arn, profile['external_id'] ?? null, profile['role_session_name'] ?? null);
  const file = profile['web_identity_token_file'];
  if (file !== undefined) return assumeRoleWithWebIdentity(role, file, region, around);
  const { source_profile: from, credential_source: kind } = profile;
  // A profile may be its own source: the keys for the role stand beside it.
  const keys = from === name ? keysOf(profile) : null;
  if (keys !== null) return assumeRole(role, keys, region, around);
  const source =
    from === undefined
      ? await fromKind(name, kind, around)
      : await profileCredentials(from, profiles, { region, around }, [...under, name]);
  return assumeRole(role, source.value, region, around);
}

async function fromKind(name: string, kind: string | undefined, around: Surroundings): Promise<Found> {
  const kinds: Readonly<Record<string, () => Promise<Found | null>>> = {
    Environment: async () => environmentCredentials(around),
    EcsContainer: () => containerCredentials(around),
    Ec2InstanceMetadata: () => instanceCredentials(around),
  };
  const find = kind === undefined ? undefined : kinds[kind];
  if (find === undefined) throw new CredentialError(`AWS profile ${name} has a role but no source for it`);
  const found = await find();
  if (found === null) throw new CredentialError(`AWS profile ${name}: nothing found by credential_source ${kind}`);
  return found;
}

function keysOf(profile: AwsProfile): AwsCredentials | null {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile;
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, sessionToken: profile['aws_session_token'] ?? null };
}

function roleOf(arn: string, externalId: string | null, sessionName: string | null): Role {
  return { arn, externalId, sessionName: sessionName ?? SESSION_NAME };
}
