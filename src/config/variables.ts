/** A value the service cannot start with. The message is for the operator: one line, what to do, no secret. */
export class ConfigError extends Error {}

/**
 * Reads environment variables and gathers what is wrong with them, so that an operator sees every mistake at once.
 * An unset variable and an empty one mean the same.
 */
export class Variables {
  /** What was refused, each without a full stop. */
  readonly problems: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  isSet(name: string): boolean {
    return this.raw(name).trim() !== '';
  }

  /** As the operator wrote it, blanks and all. */
  raw(name: string): string {
    return this.env[name] ?? '';
  }

  text(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  integer<T extends number | undefined>(
    name: string,
    range: { min: number; max: number; default: T },
  ): number | T {
    const value = this.text(name);
    if (value === undefined) return range.default;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= range.min && number <= range.max) return number;
    this.refuse(`${name} must be a whole number from ${range.min} to ${range.max}`);
    return range.default;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const match = allowed.find((item) => item === value);
    if (match === undefined) this.refuse(`${name} must be one of: ${allowed.join(', ')}`);
    return match ?? fallback;
  }

  list(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  refuse(problem: string): void {
    this.problems.push(problem);
  }
}
