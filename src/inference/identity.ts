declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]?: Name };

/** One exchange: `gen-<unix>-<20 letters>`; the key of the books. */
export type ExchangeId = Branded<'exchange'>;
/** A virtual key's public id: safe in logs. */
export type VirtualKeyId = Branded<'virtual-key'>;
/** A deployment's id: stable over restarts while its definition stays. */
export type DeploymentId = Branded<'deployment'>;
/** A provider's id: a row of the providers' table. */
export type ProviderId = Branded<'provider'>;
