import { Body, Controller, Header, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../../http/message.js';
import { SessionOnly } from '../access.decorator.js';
import { From, type Device } from '../device.js';
import { Me, type Learner } from '../learner.js';
import { ChangePasswordDto } from './change-password.dto.js';
import { CredentialsService } from './credentials.service.js';

@ApiTags('accounts')
@ApiBearerAuth()
@Idempotent()
@Controller('user/password')
export class PasswordController {
  constructor(private readonly credentials: CredentialsService) {}

  @Put()
  @SessionOnly()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Change the password',
    description: 'Ends all other sessions; the one that asks goes on. A notice goes to the e-mail address.',
  })
  @ApiOkResponse({ type: MessageView })
  @ApiProblems(
    [400, { message: 'The current password is wrong', field: 'current_password' }],
    401,
    413,
    415,
    503,
  )
  async change(
    @Me() learner: Learner,
    @Body() body: ChangePasswordDto,
    @From() device: Device,
  ): Promise<MessageView> {
    const passwords = { current: body.current_password, next: body.new_password };
    await this.credentials.change(learner, passwords, device);
    return { message: 'Password changed; all other sessions have ended' };
  }
}
