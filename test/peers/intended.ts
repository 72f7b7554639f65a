/** Differences that are meant, by step and by how they are told, with the reason. */
export const intended: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
