/** `isCut`: there are more, but they are too many for a file made by a browser. */
export type Every<Row> = { readonly rows: readonly Row[]; readonly isCut: boolean };

/** As many as a browser makes one text of without standing still for long. */
const MOST_ROWS = 100_000;

type Part<Row, Place> = { readonly rows: readonly Row[]; readonly next: Place | null };

/** All rows of a list that comes part after part, from its first place on. */
export async function toTheEnd<Row, Place>(
  first: Place,
  read: (place: Place) => Promise<Part<Row, Place>>,
): Promise<Every<Row>> {
  const rows: Row[] = [];
  for (let place = first; ; ) {
    const part = await read(place);
    rows.push(...part.rows);
    if (part.next === null || rows.length >= MOST_ROWS) return { rows, isCut: part.next !== null };
    place = part.next;
  }
}
