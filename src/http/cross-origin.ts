/** How people sign in, and where they are signed in. */
const OF_PEOPLE = /^\/(?:auth|login|logout|v2\/login)(?:[/?]|$)/;

/**
 * Pages of other sites may read what they ask for with a key, which no browser adds by itself; what a browser asks for
 * with its cookies, and who is signed in, is for pages of the gateway alone.
 */
export function crossOrigin(url: string, hasCookie: boolean): { readonly 'access-control-allow-origin'?: '*' } {
  return hasCookie || OF_PEOPLE.test(url) ? {} : { 'access-control-allow-origin': '*' };
}
