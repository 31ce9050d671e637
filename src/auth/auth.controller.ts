import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiProblems } from '../http/api-responses.js';
import { Public } from '../http/public.js';
import { AuthService } from './auth.service.js';
import { LoginView, SignupView } from './auth.views.js';
import { From, type Device } from './device.js';
import { LoginDto } from './login.dto.js';
import { SecondFactorRequiredView, secondFactorRequiredView } from './second-factor/second-factor.views.js';
import { TOO_MANY_CODES } from './second-factor/second-factors.service.js';
import { SignupDto } from './signup.dto.js';

@ApiTags('accounts')
@Public()
@Controller()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('signup')
  @ApiOperation({ summary: 'Make an account', description: 'Log in next: a signup opens no session.' })
  @ApiCreatedResponse({ type: SignupView })
  @ApiProblems([400, { message: 'Invalid email format', field: 'email' }], 409, 413, 415, 503)
  async signup(@Body() body: SignupDto): Promise<SignupView> {
    const { id, username, email } = await this.auth.signup(body);
    return { message: 'User registered successfully', id, username, email };
  }

  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Log in',
    description: 'Opens a session of 48 hours, or asks for a code of the second factor where there is one.',
  })
  @ApiExtraModels(LoginView, SecondFactorRequiredView)
  @ApiOkResponse({
    schema: { oneOf: [LoginView, SecondFactorRequiredView].map((view) => ({ $ref: getSchemaPath(view) })) },
  })
  @ApiProblems(
    [400, { message: 'Email and password are required', field: 'password' }],
    [401, { message: 'Invalid email or password' }],
    413,
    415,
    [429, { code: 'too_many_codes', message: TOO_MANY_CODES }],
    503,
  )
  async login(@Body() body: LoginDto, @From() device: Device): Promise<LoginView | SecondFactorRequiredView> {
    const options = { secondFactor: body.totp_code ?? undefined, now: new Date() };
    const outcome = await this.auth.login(body.email, body.password, device, options);
    if ('challengeId' in outcome) return secondFactorRequiredView(outcome.challengeId);
    const { accessToken } = outcome;
    return { message: 'Login successful', token: accessToken, access_token: accessToken };
  }
}
