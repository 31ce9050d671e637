import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { createServer } from 'node:http';
import { sendText } from './compressed.js';

const SECOND = 1_000;

/**
 * What a connection may take, so that many slow ones cannot keep the others out. In ms: headers after 15 s and whole
 * requests after 30 s are cut at the next check, 5 s later at most. Kept connections live longer than a load balancer
 * keeps its side open, or it would send requests into closed ones.
 */
const LIMITS = {
  connectionsCheckingInterval: 5 * SECOND,
  headersTimeout: 15 * SECOND,
  requestTimeout: 30 * SECOND,
  keepAliveTimeout: 75 * SECOND,
  maxHeaderSize: 8 * 1024,
};

/** Express on a server with limits: Nest makes one without, and some can only be set when it is made. */
export class HttpServer extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createServer(LIMITS, this.getInstance());
  }

  /** Sends what a route returned: objects as JSON, and large answers compressed. */
  override reply(response: Response, body: unknown, status?: number): void {
    const isText = typeof body === 'string';
    const isData = typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
    if (!isText && !isData) return void super.reply(response, body, status);
    if (status !== undefined) response.status(status);
    if (isData && !response.hasHeader('Content-Type')) response.type('json');
    sendText(response, isText ? body : JSON.stringify(body));
  }
}
