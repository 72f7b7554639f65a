/** Does nothing, with `loop-watch.ts` loaded before it: what the machine itself makes a loop wait. */
setInterval(() => undefined, 60_000);
