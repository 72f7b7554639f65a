export { type AddressGate, openAddressGate } from './address-gate.ts';
export { type AddressPolicy, type AddressVerdict, guardAddress, refusedIp } from './address-guard.ts';
export { type Ask, type AskAnswer, type AskRequest, openAsk, openMetadataAsk } from './ask.ts';
export { type ConnectionSettings, type Connections, createConnections, type Route } from './connections.ts';
export { guardedLookup } from './guarded-lookup.ts';
export { findFreePort, isPortFree } from './port.ts';
export type { ProxySettings } from './proxy-rules.ts';
export { type JsonAnswer, requestJson } from './request-json.ts';
