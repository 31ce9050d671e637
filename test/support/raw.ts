import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer } from './client.js';

/** Sends what no HTTP client would, and reads the one answer until the server hangs up. */
export async function sendRaw(url: string, request: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(request, 'latin1');
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  const body = rest.join('\r\n\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: new Headers(headers),
    body: body === '' ? undefined : JSON.parse(body),
  };
}
