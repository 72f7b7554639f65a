/** A member of a JSON body: `user`, or `metadata.ticket` for one within another. */
export const MEMBER_PATH = /^[^.\s]+(?:\.[^.\s]+)*$/;
