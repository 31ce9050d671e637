import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

const PROBE_EVERY_MS = 50;

/** As load balancers do it: keeps connections open, and sends requests only where the readiness probe succeeds. */
export class Balancer {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server = createServer((incoming, answer) => this.forward(incoming, answer));
  private ready: string[] = [];
  private turn = 0;
  private probe: NodeJS.Timeout | undefined;

  /** @returns its address */
  async start(backends: string[]): Promise<string> {
    const look = async () => {
      const answers = await Promise.all(
        backends.map((url) =>
          fetch(`${url}/health/ready`)
            .then(({ ok }) => ok)
            .catch(() => false),
        ),
      );
      this.ready = backends.filter((_, index) => answers[index]);
    };
    await look();
    this.probe = setInterval(() => void look(), PROBE_EVERY_MS);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.probe);
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const backend = this.ready[this.turn++ % this.ready.length];
    if (backend === undefined) {
      answer.writeHead(502).end('{}');
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = request(
      new URL(url ?? '/', backend),
      { method, headers, agent: this.agent },
      (response) => {
        const { connection: _, 'keep-alive': __, ...kept } = response.headers;
        answer.writeHead(response.statusCode ?? 502, kept);
        pipeline(response, answer, () => {}); // a backend that dies in the middle takes the answer with it
      },
    );
    outgoing.on('error', () => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end('{}');
    });
    incoming.pipe(outgoing);
  }
}
