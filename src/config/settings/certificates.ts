import { type ConfigurationNode, isList, type Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';

const PEM = '-----BEGIN CERTIFICATE-----';

/** PEM texts: each item is one, or the path of a file that holds one or more. */
export function readCertificates(
  { node, found }: { node: ConfigurationNode; found: boolean },
  folderOf: (place: Place) => string,
  reading: Reading,
): readonly string[] {
  if (!found) return [];
  const items = isList(node.value) ? node.value : [node];
  return items.flatMap((item) => {
    if (typeof item.value !== 'string' || item.reference?.unset === true) return [];
    if (item.value.includes(PEM)) return [item.value];
    const read = reading.readText(reading.resolvePath(item.value, folderOf(item.place)));
    if (read.ok && read.text.includes(PEM)) return [read.text];
    reading.fault(
      item.place,
      read.ok ? `expected certificates in PEM form in ${item.value}` : `cannot read ${item.value}: ${read.reason}`,
    );
    return [];
  });
}
