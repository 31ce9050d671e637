import type { Exchange } from './walker.js';
import { parsed } from './walker.js';

/** @returns what is wrong with an answer, in a few words; undefined when nothing is */
export function findFault(exchange: Exchange): string | undefined {
  const { operation, received, expected } = exchange;
  const { status, contentType } = received;
  if (status >= 500) return `${status}`;
  const documented = operation.answers.get(status);
  if (documented === undefined) return `${status} is not documented`;
  if (contentType !== `${documented.contentType}; charset=utf-8`) return `${status} is ${contentType}`;
  const answer = contentType.startsWith('image/') ? received.text : parsed(received);
  if (!documented.validate(answer)) {
    const [error] = documented.validate.errors ?? [];
    return `${status} breaks its schema: ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
  }
  if (!expected.statuses.includes(status)) {
    return `${status} instead of ${expected.statuses.join(' or ')}, since ${expected.because}`;
  }
  return refusalFault(exchange, answer) ?? replayFault(exchange);
}

interface Problem {
  status: number;
  errors?: { field: string }[];
}

function refusalFault({ received: { status }, expected: { field } }: Exchange, answer: unknown) {
  if (status < 400) return undefined;
  const problem = answer as Problem;
  if (problem.status !== status) return `${status} says ${problem.status}`;
  if (field === undefined || problem.errors?.some((error) => error.field === field)) return undefined;
  return `${status} does not name ${field}`;
}

function replayFault({ received, expected: { replay } }: Exchange): string | undefined {
  if (replay === undefined) return undefined;
  if (!received.isReplayed) return 'the same request was done twice';
  return received.text === replay.text ? undefined : 'sent again, it was answered differently';
}

/** All that is needed to see it again, in a few lines. */
export function describe(fault: string, { operation, sent, received }: Exchange): string {
  const { method, path, headers, body } = sent;
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value.slice(0, 60)}`);
  return [
    `${operation.name}: ${fault}`,
    `  ${method} ${path.slice(0, 300)}  ${named.join('; ')}`,
    `  ${body?.toString().slice(0, 600) ?? '(no body)'}`,
    `  → ${received.status} ${received.text.slice(0, 400)}`,
  ].join('\n');
}
