import { Body, Controller, Delete, Get, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../../http/message.js';
import { SessionOnly } from '../access.decorator.js';
import { From, type Device } from '../device.js';
import { Me, type Learner } from '../learner.js';
import { IS_OFF, IS_ON, NOT_BEGUN, SecondFactorSettings } from './second-factor-settings.service.js';
import { ConfirmPasswordDto, DisableSecondFactorDto, EnableSecondFactorDto } from './second-factor.dto.js';
import {
  NewSecondFactorView,
  RecoveryCodesView,
  SecondFactorView,
  secondFactorView,
} from './second-factor.views.js';
import { TOO_MANY_CODES } from './second-factors.service.js';

const WRONG_PASSWORD = { message: 'The current password is wrong', field: 'current_password' };
const WRONG_CODE = { message: 'This code is wrong or no longer valid.', field: 'code' };

@ApiTags('accounts')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@SessionOnly()
@Controller('user/two-factor')
export class SecondFactorController {
  constructor(private readonly settings: SecondFactorSettings) {}

  @Get()
  @ApiOperation({ summary: 'Whether a second factor is on' })
  @ApiOkResponse({ type: SecondFactorView })
  async show(@Me() { id }: Learner): Promise<SecondFactorView> {
    return secondFactorView(await this.settings.standing(id));
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Begin to set up an authenticator app',
    description: 'Show the secret as a QR code. Nothing changes at login until it is confirmed with a code.',
  })
  @ApiCreatedResponse({ type: NewSecondFactorView })
  @ApiProblems([400, WRONG_PASSWORD], [409, { code: 'second_factor_on', message: IS_ON }], 413, 415)
  async begin(@Me() learner: Learner, @Body() body: ConfirmPasswordDto): Promise<NewSecondFactorView> {
    const { secret, url } = await this.settings.begin(learner, body.current_password);
    return { secret, otpauth_url: url };
  }

  @Post('confirm')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Turn the second factor on',
    description:
      'With the first code of the app. From now on a login asks for a code. Keep the recovery codes.',
  })
  @ApiOkResponse({ type: RecoveryCodesView })
  @ApiProblems([400, WRONG_CODE], [409, { code: 'second_factor_not_begun', message: NOT_BEGUN }], 413, 415)
  async enable(
    @Me() learner: Learner,
    @Body() body: EnableSecondFactorDto,
    @From() device: Device,
  ): Promise<RecoveryCodesView> {
    return { recovery_codes: await this.settings.enable(learner, body.code, new Date(), device) };
  }

  @Post('recovery-codes')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Get new recovery codes', description: 'The old ones are good no more.' })
  @ApiCreatedResponse({ type: RecoveryCodesView })
  @ApiProblems([400, WRONG_PASSWORD], [409, { code: 'second_factor_off', message: IS_OFF }], 413, 415)
  async renew(
    @Me() learner: Learner,
    @Body() body: ConfirmPasswordDto,
    @From() device: Device,
  ): Promise<RecoveryCodesView> {
    const codes = await this.settings.renewRecoveryCodes(learner, body.current_password, device);
    return { recovery_codes: codes };
  }

  @Delete()
  @ApiOperation({ summary: 'Turn the second factor off', description: 'Its recovery codes go with it.' })
  @ApiOkResponse({ type: MessageView })
  @ApiProblems([400, WRONG_CODE], [409, { code: 'second_factor_off', message: IS_OFF }], 413, 415, [
    429,
    { code: 'too_many_codes', message: TOO_MANY_CODES },
  ])
  async disable(
    @Me() learner: Learner,
    @Body() body: DisableSecondFactorDto,
    @From() device: Device,
  ): Promise<MessageView> {
    const proof = { password: body.current_password, code: body.code };
    await this.settings.disable(learner, proof, new Date(), device);
    return { message: 'Two-factor authentication is off' };
  }
}
