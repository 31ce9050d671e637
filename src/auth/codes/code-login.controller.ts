import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { Public } from '../../http/public.js';
import { Throttle } from '../../throttle/throttle.decorator.js';
import { From, type Device } from '../device.js';
import { LoginView, loginView } from '../sessions/login.view.js';
import { ChallengesService } from './challenges.service.js';
import { CodeLoginService } from './code-login.service.js';
import { CodeDto, CodeRequestDto } from './codes.dto.js';
import { CodeSentView } from './codes.views.js';
import { WRONG_CODE } from './wrong-code.js';

@ApiTags('accounts')
@Public()
@Controller('login/otp')
export class CodeLoginController {
  constructor(
    private readonly codes: CodeLoginService,
    private readonly challenges: ChallengesService,
  ) {}

  @Post('request')
  @Throttle('login_code')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Ask for a login code by mail',
    description:
      'The answer is the same whether or not the address has an account. An account with a second factor is sent no ' +
      'code: log in with the password, and answer its `otp_id` with a code of the second factor.',
  })
  @ApiOkResponse({ type: CodeSentView })
  @ApiProblems([400, { message: 'Invalid email format', field: 'email' }], 413, 415, 503)
  async request(@Body() { email }: CodeRequestDto, @From() device: Device): Promise<CodeSentView> {
    const { id, code } = await this.codes.request(email, device);
    return { status: 'sent', otp_id: id, dev_code: this.challenges.shown(code) };
  }

  @Post('verify')
  @Throttle('code_check')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Log in with a code',
    description:
      'A mailed code is good for ten minutes, five attempts and one login; it also proves the address.',
  })
  @ApiOkResponse({ type: LoginView })
  @ApiProblems(
    [400, { message: 'Missing required fields: code', field: 'code' }],
    [401, { message: WRONG_CODE }],
    413,
    415,
    503,
  )
  async verify(@Body() body: CodeDto, @From() device: Device): Promise<LoginView> {
    const options = { refresh: body.refresh ?? false, now: new Date() };
    return loginView(await this.codes.verify(body, device, options));
  }
}
