import type { ServerResponse } from 'node:http';
import type { Reply } from '../../pipeline/index.ts';

/** The pipeline's way back over Node's response. */
export function nodeReply(response: ServerResponse, common: readonly string[]): Reply {
  let drains = false;
  const reply: Reply = {
    begin: (status, headers) => {
      response.writeHead(status, common.length === 0 ? (headers as string[]) : [...common, ...headers]);
    },
    write: (chunk) => {
      const flowing = response.write(chunk);
      if (!flowing && !drains) {
        drains = true;
        response.once('drain', () => {
          drains = false;
          reply.onDrain?.();
        });
      }
      return flowing;
    },
    end: (chunk) => {
      if (chunk === null) response.end();
      else response.end(chunk);
    },
    cut: () => {
      response.destroy();
    },
    isBegun: () => response.headersSent,
    isGone: () => response.closed && !response.writableFinished,
    onGone: null,
    onDrain: null,
  };
  response.once('close', () => {
    if (!response.writableFinished) reply.onGone?.();
  });
  return reply;
}
