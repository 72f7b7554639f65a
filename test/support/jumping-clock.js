// Loaded into a gateway before its program, and into its threads: the wall clock is as far off as a file says. The
// monotonic clock goes on, as a machine's does when somebody sets its time.
import { readFileSync } from 'node:fs';

const realNow = Date.now;
const file = process.env.JUMPING_CLOCK ?? '';
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
}

look();
setInterval(look, 10).unref();
Date.now = () => realNow() + offsetMs;
