import { generateSync } from 'otplib';

/** An authenticator app: what it shows, by the clock of the test. */
export class Authenticator {
  constructor(private readonly secret: string) {}

  /** @param later seconds from now for which the code is */
  code(later = 0): string {
    return generateSync({ secret: this.secret, epoch: Math.floor(Date.now() / 1_000) + later });
  }
}
