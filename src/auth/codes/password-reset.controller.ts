import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { MessageView } from '../../http/message.js';
import { Public } from '../../http/public.js';
import { Throttle } from '../../throttle/throttle.decorator.js';
import { From, type Device } from '../device.js';
import { ChallengesService } from './challenges.service.js';
import { CodeRequestDto, ResetPasswordDto } from './codes.dto.js';
import { CodeSentView } from './codes.views.js';
import { PasswordResetService } from './password-reset.service.js';
import { WRONG_CODE } from './wrong-code.js';

@ApiTags('accounts')
@Public()
@Controller()
export class PasswordResetController {
  constructor(
    private readonly resets: PasswordResetService,
    private readonly challenges: ChallengesService,
  ) {}

  @Post('forgot-password')
  @Throttle('password_reset')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Ask for a code to choose a new password',
    description: 'The answer is the same whether or not the address has an account.',
  })
  @ApiOkResponse({ type: CodeSentView })
  @ApiProblems([400, { message: 'Invalid email format', field: 'email' }], 413, 415, 503)
  async request(@Body() { email }: CodeRequestDto, @From() device: Device): Promise<CodeSentView> {
    const { id, code } = await this.resets.request(email, device);
    return { status: 'sent', otp_id: id, dev_code: this.challenges.shown(code) };
  }

  @Post('reset-password')
  @Throttle('code_check')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Choose a new password with a mailed code',
    description: 'Ends all sessions and opens none. A password that is refused leaves the code good.',
  })
  @ApiOkResponse({ type: MessageView })
  @ApiProblems(
    [400, { message: 'Password must be between 8 and 256 characters', field: 'new_password' }],
    [401, { message: WRONG_CODE }],
    413,
    415,
    503,
  )
  async reset(@Body() body: ResetPasswordDto, @From() device: Device): Promise<MessageView> {
    await this.resets.reset(body, device);
    return { message: 'Password changed, please log in' };
  }
}
