import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as it goes out, byte for byte. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

export interface Received {
  status: number;
  contentType: string;
  isReplayed: boolean;
  text: string;
}

/** Unlike `fetch`, which corrects addresses and refuses bodies, this sends what it is given. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string) {}

  async send({ method, path, headers, body }: Sent): Promise<Received> {
    const length = body && { 'content-length': String(body.length) };
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, agent: this.agent, headers: { ...headers, ...length } };
      const outgoing = request(options, (answer) => {
        const read = (content: string): Received => ({
          status: answer.statusCode ?? 0,
          contentType: answer.headers['content-type'] ?? '',
          isReplayed: answer.headers['idempotency-replayed'] === 'true',
          text: content,
        });
        text(answer).then((content) => resolve(read(content)), reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** JSON there and back, for what has to succeed before a request makes sense. */
  async call<Body>(method: string, path: string, body: object, token?: string): Promise<Body> {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await this.send({ method, path, headers, body: Buffer.from(JSON.stringify(body)) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as Body;
  }

  close(): void {
    this.agent.destroy();
  }
}
