export type { AllowanceConfiguration } from './allowance-configuration.ts';
export type {
  AllowancesById,
  AllowancesConfiguration,
  Configuration,
  ConfigurationSource,
  CredentialConfiguration,
  DeploymentConfiguration,
  FallbackCause,
  LimitsConfiguration,
  ModelConfiguration,
  NetworkConfiguration,
  PriceConfiguration,
  PrioritiesConfiguration,
  RoutingConfiguration,
  Secret,
  ServerConfiguration,
  Timeouts,
} from './configuration.ts';
export { type ConfigurationFault, formatFault } from './fault.ts';
export type { Flags } from './flags.ts';
export { litellmReceiver } from './litellm/litellm-providers.ts';
export { type Loaded, type LoadInput, loadConfiguration } from './load.ts';
export type { ManagedConfiguration, ManagedEntry, ManagedKind, PolicyConfiguration } from './managed-configuration.ts';
export { maskedConfiguration } from './masked-configuration.ts';
export type { Environment } from './reading/reading.ts';
export type { ProviderVariables } from './settings/credential-book.ts';
export { readEnvironment } from './settings/environment.ts';
export { isLoopback } from './settings/master-key.ts';
export { type ShownSetting, shownSettings } from './shown/shown-settings.ts';
export { fileFacts } from './stored/file-facts.ts';
export {
  readStored,
  type StoredReading,
  type StoredReadingOptions,
  type StoredVerdict,
} from './stored/read-stored.ts';
export type { StoredModels } from './stored/stored-models.ts';
export { jsonSchema } from './waybill/schema.ts';
