import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { readId, readWholeNumber } from '../../http/query.js';
import { ApiDeckFilter } from './api-query.js';
import { CardStatisticsService } from './cards.service.js';
import { CardGroupsView, DecksStatisticsView, ForecastView, MemoryView } from './cards.views.js';

const MAX_DAYS = 365;
const DEFAULT_DAYS = 30;

type Parameters = Record<string, unknown>;

/** How far a forecast looks, today included. @throws Problem 400 */
export function readForecastDays(query: Parameters): number {
  return readWholeNumber(query, 'days', 1, MAX_DAYS) ?? DEFAULT_DAYS;
}

export function ApiForecastDays() {
  return ApiQuery({
    name: 'days',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_DAYS, default: DEFAULT_DAYS },
    description: 'How many study days, today included.',
  });
}

@ApiTags('statistics')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('stats')
export class CardStatisticsController {
  constructor(private readonly cards: CardStatisticsService) {}

  @Get('cards')
  @ApiOperation({ summary: 'Your cards by state' })
  @ApiDeckFilter()
  @ApiOkResponse({ type: CardGroupsView })
  groups(@Me() me: Learner, @Query() query: Parameters): Promise<CardGroupsView> {
    return this.cards.groups(me, { deckId: readId(query, 'deck_id') }, new Date());
  }

  @Get('decks')
  @ApiOperation({ summary: 'Your decks by the state of their cards' })
  @ApiOkResponse({ type: DecksStatisticsView })
  decks(@Me() me: Learner): Promise<DecksStatisticsView> {
    return this.cards.decks(me, new Date());
  }

  @Get('forecast')
  @ApiOperation({
    summary: 'How many cards fall due on the next days',
    description:
      'By study days of your clock as it is now. Without suspended cards; a buried card counts tomorrow at the earliest. ' +
      'Reviews that are yet to come would move cards to further days: those are not foreseen.',
  })
  @ApiForecastDays()
  @ApiDeckFilter()
  @ApiOkResponse({ type: ForecastView })
  forecast(@Me() me: Learner, @Query() query: Parameters): Promise<ForecastView> {
    return this.cards.forecast(me, readForecastDays(query), { deckId: readId(query, 'deck_id') }, new Date());
  }

  @Get('memory')
  @ApiOperation({
    summary: 'How well your cards are known',
    description: 'Stability, difficulty, and the probability of recall today. Suspended cards count as well.',
  })
  @ApiDeckFilter()
  @ApiOkResponse({ type: MemoryView })
  memory(@Me() me: Learner, @Query() query: Parameters): Promise<MemoryView> {
    return this.cards.memory(me, { deckId: readId(query, 'deck_id') }, new Date());
  }
}
