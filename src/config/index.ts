export type {
  Configuration,
  ConfigurationSource,
  CredentialConfiguration,
  DeploymentConfiguration,
  FallbackCause,
  LimitsConfiguration,
  ModelConfiguration,
  NetworkConfiguration,
  PriceConfiguration,
  RoutingConfiguration,
  Secret,
  ServerConfiguration,
  Timeouts,
} from './configuration.ts';
export type { ProviderVariables } from './credential-book.ts';
export { readEnvironment } from './environment.ts';
export { type ConfigurationFault, formatFault } from './fault.ts';
export type { Flags } from './flags.ts';
export { type Loaded, type LoadInput, loadConfiguration } from './load.ts';
export { maskedConfiguration } from './masked-configuration.ts';
export { isLoopback } from './master-key.ts';
export type { Environment } from './reading.ts';
export { jsonSchema } from './schema.ts';
