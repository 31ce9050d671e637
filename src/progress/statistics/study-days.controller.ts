import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { readChoice } from '../../http/query.js';
import { ApiDayRange } from './api-query.js';
import { readDayRange } from './day-range.js';
import { HeatmapView, ReviewsView, StreakView, TodayView } from './history.views.js';
import { AnswersView, CalibrationView, HoursView, RetentionView } from './recall.views.js';
import { PERIOD_NAMES, StudyDaysService } from './study-days.service.js';

const A_YEAR = 'By default a year up to today; 3,660 days at most.';
const ALL_TIME = 'By default all of time.';
const GROUPINGS = ['day', 'week', 'month'] as const;

type Parameters = Record<string, unknown>;

@ApiTags('statistics')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('stats')
export class StudyDaysController {
  constructor(private readonly days: StudyDaysService) {}

  @Get('today')
  @ApiOperation({ summary: 'What you did today, and what is due' })
  @ApiOkResponse({ type: TodayView })
  today(@Me() me: Learner): Promise<TodayView> {
    return this.days.today(me, new Date());
  }

  @Get('streak')
  @ApiOperation({ summary: 'Days in a row: now, and at best' })
  @ApiOkResponse({ type: StreakView })
  streak(@Me() me: Learner): Promise<StreakView> {
    return this.days.streak(me, new Date());
  }

  @Get('heatmap')
  @ApiOperation({
    summary: 'Your study days',
    description:
      'A day is the one that you had when you answered: a new time zone or another start of the day moves nothing here. ' +
      'Days do not know decks, so this and the other statistics of days have no `deck_id`.',
  })
  @ApiDayRange(A_YEAR)
  @ApiOkResponse({ type: HeatmapView })
  heatmap(@Me() me: Learner, @Query() query: Parameters): Promise<HeatmapView> {
    return this.days.heatmap(me, readDayRange(query), new Date());
  }

  @Get('reviews')
  @ApiOperation({
    summary: 'Answers and time by day, week or month',
    description: 'Weeks begin on Monday. A week or month at an end of the range counts with its days inside.',
  })
  @ApiDayRange(A_YEAR)
  @ApiQuery({
    name: 'group',
    required: false,
    schema: { type: 'string', enum: [...GROUPINGS], default: 'day' },
  })
  @ApiOkResponse({ type: ReviewsView })
  reviews(@Me() me: Learner, @Query() query: Parameters): Promise<ReviewsView> {
    const group = readChoice(query, 'group', GROUPINGS) ?? 'day';
    return this.days.reviews(me, readDayRange(query), group, new Date());
  }

  @Get('retention')
  @ApiOperation({
    summary: 'True retention: what you remembered of what you had learned on an earlier day',
    description: 'Young and mature cards apart, for several periods and by month.',
  })
  @ApiQuery({
    name: 'period',
    required: false,
    schema: { type: 'string', enum: PERIOD_NAMES },
    description: 'Only this period.',
  })
  @ApiProblems([400, { message: `period must be one of ${PERIOD_NAMES.join(', ')}`, field: 'period' }])
  @ApiOkResponse({ type: RetentionView })
  retention(@Me() me: Learner, @Query() query: Parameters): Promise<RetentionView> {
    return this.days.retention(me, readChoice(query, 'period', PERIOD_NAMES), new Date());
  }

  @Get('answers')
  @ApiOperation({ summary: 'Answer buttons, by how well the card was known' })
  @ApiDayRange(ALL_TIME)
  @ApiOkResponse({ type: AnswersView })
  answers(@Me() me: Learner, @Query() query: Parameters): Promise<AnswersView> {
    return this.days.answers(me, readDayRange(query));
  }

  @Get('hours')
  @ApiOperation({ summary: 'Answers by hour of the day' })
  @ApiDayRange(ALL_TIME)
  @ApiOkResponse({ type: HoursView })
  hours(@Me() me: Learner, @Query() query: Parameters): Promise<HoursView> {
    return this.days.hours(me, readDayRange(query));
  }

  @Get('calibration')
  @ApiOperation({
    summary: 'How well your recall was predicted',
    description:
      'Answers to cards in review, learned on an earlier day, against the recall that the model gave them then.',
  })
  @ApiDayRange(ALL_TIME)
  @ApiOkResponse({ type: CalibrationView })
  calibration(@Me() me: Learner, @Query() query: Parameters): Promise<CalibrationView> {
    return this.days.calibration(me, readDayRange(query));
  }
}
