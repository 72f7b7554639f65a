export { type AwsAccount, awsSigner } from './aws-credentials.ts';
export { type AzureAccount, azureSigner } from './azure-token.ts';
export { type GoogleAccount, googleSigner } from './google-token.ts';
export { bearerSigner, CredentialError, headerSigner, type Signer, type UnsignedCall } from './signer.ts';
export type { Surroundings } from './surroundings.ts';
