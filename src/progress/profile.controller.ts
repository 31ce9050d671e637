import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { From, type Device } from '../auth/device.js';
import { Me, type Learner } from '../auth/learner.js';
import { ApiProblems } from '../http/api-responses.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { ApiIfMatch, IfMatch, Tagged } from '../http/version.js';
import { Unthrottled } from '../throttle/throttle.decorator.js';
import { LearnerView } from './learner.view.js';
import { ProfileDto } from './profile.dto.js';
import { ProfileService } from './profile.service.js';

@ApiTags('accounts')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('user')
export class ProfileController {
  constructor(private readonly profile: ProfileService) {}

  @Get()
  @Tagged()
  @Unthrottled() // the classic clients log out when this one is refused, for whatever reason
  @ApiOperation({ summary: 'Who you are, with your settings, your streak and your week' })
  @ApiOkResponse({ type: LearnerView })
  read(@Me() me: Learner): Promise<LearnerView> {
    return this.profile.read(me, new Date());
  }

  @Patch()
  @Tagged()
  @ApiIfMatch()
  @ApiOperation({
    summary: 'Change your name or settings',
    description:
      'What is absent or null stays as it is. Reviews of the past keep the day they were given on.',
  })
  @ApiOkResponse({ type: LearnerView })
  @ApiProblems(
    [400, { message: 'time_zone must be an IANA time zone such as Africa/Nairobi', field: 'time_zone' }],
    [409, { code: 'username_exists', message: 'Username already exists' }],
    413,
    415,
  )
  change(
    @Me() me: Learner,
    @Body() body: ProfileDto,
    @From() device: Device,
    @IfMatch() versions: Date[] | null,
  ): Promise<LearnerView> {
    return this.profile.change(me, body, device, versions, new Date());
  }
}
