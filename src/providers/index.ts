export {
  type AwsAccount,
  type AzureAccount,
  awsSigner,
  azureSigner,
  bearerSigner,
  CredentialError,
  type GoogleAccount,
  googleSigner,
  headerSigner,
  type Signer,
  type Surroundings,
  type UnsignedCall,
} from './auth/index.ts';
export {
  boundsFor,
  createEndpoint,
  credentialFault,
  dialectsOf,
  type Endpoint,
  type EndpointCredential,
  type EndpointOptions,
  spokenBy,
  withCallerKey,
} from './endpoint.ts';
export { knownProviders } from './known-providers.ts';
export { openSigners, type Signers } from './open-signers.ts';
export type { AddressPart, Operation, ProviderRow } from './provider-row.ts';
export { applyQuirks, type QuirkName } from './quirks.ts';
export { type AttemptResult, classify, type Verdict } from './refusals/classify.ts';
export { readErrorMessage } from './refusals/error-facts.ts';
export { openSandbox } from './sandbox/sandbox.ts';
export { type SandboxModel, sandboxModels, sandboxProvider } from './sandbox/sandbox-models.ts';
export { isSandbox, providerIds, providerRow, providers } from './table.ts';
export { openTransport } from './transport.ts';
export type {
  Transport,
  TransportFailure,
  UpstreamCall,
  UpstreamHandle,
  UpstreamHeaders,
  UpstreamSink,
  UpstreamTimeouts,
} from './upstream.ts';
