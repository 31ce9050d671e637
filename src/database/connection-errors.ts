import { at, type ConnectionContext, type Retry } from './connection-rule.js';
import { NETWORK_RULES } from './connection-rules-network.js';
import { SERVER_RULES } from './connection-rules-server.js';

export type { ConnectionContext, Retry };

export interface ConnectionExplanation {
  /** One line for a person: what happened, why, what to do. Without secrets. */
  line: string;
  retry: Retry;
}

/** Explains whatever pg, pg-pool, TypeORM, Node or a pooler throws on connecting. Never throws. */
export function explainConnectionError(error: unknown, context: ConnectionContext): ConnectionExplanation {
  const symptoms = unwrap(error).map(symptomOf);
  for (const rule of [...SERVER_RULES, ...NETWORK_RULES]) {
    if (rule.kinds && !rule.kinds.includes(context.kind)) continue;
    const symptom = symptoms.find(
      ({ code, message }) => rule.codes?.includes(code) || rule.text?.test(message),
    );
    if (symptom) return { line: oneLine(rule.line(context, symptom.message)), retry: rule.retry };
  }
  return { line: unknownLine(symptoms, context), retry: 'later' };
}

interface Symptom {
  code: string;
  message: string;
}

/** The error and all that it wraps: pg-pool's `cause`, TypeORM's `driverError`, the `errors` of several addresses. */
function unwrap(error: unknown): unknown[] {
  const found = new Set([error]);
  // A Set visits what is added while it is walked.
  for (const each of found) {
    if (typeof each !== 'object' || each === null) continue;
    const { cause, driverError, errors } = each as Record<string, unknown>;
    for (const inner of [cause, driverError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]) {
      if (inner !== undefined && inner !== null) found.add(inner);
    }
  }
  return [...found];
}

function symptomOf(error: unknown): Symptom {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message } = error as Record<string, unknown>;
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

/** An AggregateError has no message of its own; the errors inside have. */
function unknownLine(symptoms: Symptom[], context: ConnectionContext): string {
  const { name, database } = context;
  const code = symptoms.find((symptom) => symptom.code !== '')?.code;
  const message = symptoms.find((symptom) => symptom.message !== '')?.message ?? 'no reason given';
  const said = redact(oneLine(code ? `${message} (${code})` : message)).slice(0, 300);
  return oneLine(`The database ${database} at ${at(context)} (${name}) cannot be used: ${said}`);
}

/** Up to the last @, since a password may hold an @ or a blank. */
function redact(text: string): string {
  return text
    .replace(/:\/\/.*@/g, '://***@')
    .replace(/((?:password|passwd|pwd|secret|token)\w*["']?\s*[=:]\s*)(?:"[^"]*"?|'[^']*'?|\S+)/gi, '$1***');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
