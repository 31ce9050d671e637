import { describe, findFault } from './judge.js';
import type { Exchange } from './walker.js';

/** What happened, in figures and, where something is wrong, in words. */
export class Report {
  private readonly statuses = new Map<string, Map<number, number>>();
  private readonly found = new Map<string, { count: number; example: string }>();

  /** @param where how to come there again */
  note(exchange: Exchange, where: string): void {
    const { operation, received } = exchange;
    const counts = this.statuses.get(operation.name) ?? new Map<number, number>();
    this.statuses.set(operation.name, counts.set(received.status, (counts.get(received.status) ?? 0) + 1));
    const fault = findFault(exchange);
    if (fault === undefined) return;
    const name = `${operation.name}: ${fault}`;
    const known = this.found.get(name);
    if (known) known.count++;
    else this.found.set(name, { count: 1, example: `${where} ${describe(fault, exchange)}` });
  }

  /** Each kind once, with how often it was seen. */
  faults(): string[] {
    return [...this.found.values()].map(({ count, example }) => `${count} × ${example}`);
  }

  /** How often an operation was asked for. */
  asked(operation: string): number {
    return sum(this.statuses.get(operation)?.values() ?? []);
  }

  summary(): string {
    const answers = [...this.statuses.values()].flatMap((counts) => [...counts]);
    const statuses = [...new Set(answers.map(([status]) => status))].sort().map((status) => {
      const count = sum(answers.filter(([one]) => one === status).map(([, times]) => times));
      return `${count} × ${status}`;
    });
    const rarest = Math.min(...[...this.statuses.keys()].map((name) => this.asked(name)));
    return [
      `${sum(answers.map(([, times]) => times))} requests to ${this.statuses.size} operations`,
      `to each at least ${rarest}`,
      ...statuses,
      `${sum(answers.filter(([status]) => status >= 500).map(([, times]) => times))} × 5xx`,
      `${sum([...this.found.values()].map(({ count }) => count))} mismatches`,
    ].join(', ');
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
