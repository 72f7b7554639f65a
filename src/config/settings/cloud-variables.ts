import type { Reading } from '../reading/reading.ts';

/** What the SDKs of AWS, Google and Azure look for when they search for a credential. */
const NAMES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_CONFIG_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
  'AWS_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_TENANT_ID',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'CLOUDSDK_CONFIG',
  'GCE_METADATA_HOST',
  'GOOGLE_APPLICATION_CREDENTIALS',
  // Where the files of all three lie.
  'APPDATA',
  'HOME',
  'USERPROFILE',
];

/** Those of them that are set, in the environment or by the file. */
export function cloudVariables(reading: Reading): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = reading.variable(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
