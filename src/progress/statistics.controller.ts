import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../auth/learner.js';
import { ApiProblems } from '../http/api-responses.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { DashboardView } from './dashboard.view.js';
import { StatisticsService } from './statistics.service.js';
import { UserStatsView } from './statistics.view.js';
import { UserStatsDto } from './user-stats.dto.js';

@ApiTags('statistics')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller()
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get('user/stats')
  @ApiOperation({ summary: 'Your figures' })
  @ApiOkResponse({ type: UserStatsView })
  userStats(@Me() me: Learner): Promise<UserStatsView> {
    return this.statistics.userStats(me, new Date());
  }

  @Put('user/stats')
  @ApiOperation({ summary: 'Set your weekly goal', description: 'All other figures are computed here.' })
  @ApiOkResponse({ type: UserStatsView })
  @ApiProblems(
    [400, { message: 'weekly_goal must be an integer from 1 to 10000', field: 'weekly_goal' }],
    413,
    415,
  )
  changeGoal(@Me() me: Learner, @Body() body: UserStatsDto): Promise<UserStatsView> {
    return this.statistics.changeGoal(me, body.weekly_goal, new Date());
  }

  @Get('dashboard')
  @ApiOperation({ summary: 'Everything a dashboard shows, in one answer' })
  @ApiOkResponse({ type: DashboardView })
  dashboard(@Me() me: Learner): Promise<DashboardView> {
    return this.statistics.dashboard(me, new Date());
  }
}
