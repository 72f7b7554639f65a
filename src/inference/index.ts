export type { Caller } from './caller.ts';
export type { DialectId } from './dialect-id.ts';
export type { FinishReason } from './finish-reason.ts';
export { GatewayError, type GatewayErrorCode, type GatewayErrorDetails, gatewayErrors } from './gateway-error.ts';
export type { DeploymentId, ExchangeId, ProviderId, VirtualKeyId } from './identity.ts';
export { noUsage, type Usage } from './usage.ts';
