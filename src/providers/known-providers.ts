import { providerIds, providerRow } from './table.ts';

/** What the configuration needs to know of each, in the order in which they are turned on. */
export function knownProviders() {
  return providerIds().flatMap((id) => {
    const row = providerRow(id);
    return row === null
      ? []
      : [
          {
            id,
            variables: row.variables,
            ambient: row.ambient,
            needsBaseUrl: row.baseUrl === null,
            keyOptional: row.auth === 'optional-bearer' || row.auth === 'none',
            addressParts: row.addressParts,
            isCloud: row.signing !== null,
            findsIdentity: row.signing?.by === 'aws' || row.signing?.by === 'google',
          },
        ];
  });
}
