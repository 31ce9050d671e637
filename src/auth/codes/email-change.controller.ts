import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { SessionOnly } from '../access.decorator.js';
import { From, type Device } from '../device.js';
import { Me, type Learner } from '../learner.js';
import { ChallengesService } from './challenges.service.js';
import { ChangeEmailDto, ConfirmEmailDto } from './codes.dto.js';
import { EmailChangedView, EmailChangeSentView } from './codes.views.js';
import { EmailChangeService, halves } from './email-change.service.js';
import { WRONG_CODE } from './wrong-code.js';

@ApiTags('accounts')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 413, 415, 503)
@SessionOnly()
@Controller('user/email')
export class EmailChangeController {
  constructor(
    private readonly changes: EmailChangeService,
    private readonly challenges: ChallengesService,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Ask to change the e-mail address',
    description:
      'A code goes to the present address and another one to the new address. The answer is the same when that has an ' +
      'account already; then its owner is told instead.',
  })
  @ApiOkResponse({ type: EmailChangeSentView })
  @ApiProblems([400, { message: 'The current password is wrong', field: 'current_password' }])
  async request(
    @Me() me: Learner,
    @Body() body: ChangeEmailDto,
    @From() device: Device,
  ): Promise<EmailChangeSentView> {
    const challenge = await this.changes.request(me, body, device);
    const { current, next } = halves(challenge);
    return {
      status: 'sent',
      otp_id: challenge.id,
      dev_current_code: this.challenges.shown(current),
      dev_new_code: this.challenges.shown(next),
    };
  }

  @Post('confirm')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Change the e-mail address',
    description: 'With both codes. The old address is told; from now on the new one logs in.',
  })
  @ApiOkResponse({ type: EmailChangedView })
  @ApiProblems([400, { code: 'wrong_code', message: WRONG_CODE, field: 'new_code' }], 409)
  async confirm(
    @Me() me: Learner,
    @Body() body: ConfirmEmailDto,
    @From() device: Device,
  ): Promise<EmailChangedView> {
    const email = await this.changes.confirm(me, body, device);
    return { message: 'E-mail address changed', email };
  }
}
