import { Injectable } from '@nestjs/common';
import { AccountThrottle } from '../../throttle/account-throttle.js';
import type { Device } from '../device.js';
import { foldEmail } from '../identity.js';
import { SecondFactors } from '../second-factor/second-factors.service.js';
import { SessionsService, type Grant } from '../sessions/sessions.service.js';
import { ChallengesService, type Challenge } from './challenges.service.js';
import type { CodeDto } from './codes.dto.js';
import { wrongCode } from './wrong-code.js';

/** Logging in with a mailed code, and the second step of a login with a second factor. */
@Injectable()
export class CodeLoginService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly secondFactors: SecondFactors,
    private readonly sessions: SessionsService,
    private readonly throttle: AccountThrottle,
  ) {}

  request(email: string, device: Device): Promise<Challenge> {
    return this.challenges.openByMail(email, 'login', device);
  }

  /**
   * @param answer the code that was mailed, or one of the authenticator app for a challenge of the second factor
   * @throws Problem 401
   */
  verify(answer: CodeDto, device: Device, options: { refresh: boolean; now: Date }): Promise<Grant> {
    const account = foldEmail(answer.email) ?? answer.email;
    return this.throttle.attempt('login_code', account, () => this.check(answer, device, options));
  }

  private async check(
    answer: CodeDto,
    device: Device,
    { refresh, now }: { refresh: boolean; now: Date },
  ): Promise<Grant> {
    const { email, otp_id, code } = answer;
    const answered = await this.challenges.answer(email, otp_id, code, ['login', 'second_factor']);
    if (answered === undefined) throw wrongCode();
    const isRight =
      answered.purpose === 'second_factor'
        ? await this.secondFactors.verify(answered.userId, code, now, device)
        : answered.matches;
    if (!isRight || !(await this.challenges.use(answered, device))) throw wrongCode();
    return this.sessions.open(answered.userId, device, { refresh });
  }
}
