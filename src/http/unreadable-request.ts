import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.js';

/** Node's own refusals have no body, which a client that expects the one error shape cannot read. */
export function answerUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = unreadable(error.code);
    const id = randomUUID();
    const body = JSON.stringify(problem.toBody(id));
    const head = [
      `HTTP/1.1 ${problem.getStatus()} ${problem.title}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

function unreadable(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem(431, 'The path and the headers are too long together.', {
        code: 'headers_too_large',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem(408, 'The request did not arrive in time.', { code: 'request_timeout' });
    default:
      return new Problem(400, 'This is not HTTP as we read it.', { code: 'malformed_http' });
  }
}
