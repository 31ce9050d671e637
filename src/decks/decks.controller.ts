import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { Me, type Learner } from '../auth/learner.js';
import { ApiId, ApiProblems } from '../http/api-responses.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../http/message.js';
import { ApiPage, readPage } from '../http/page.js';
import { ApiIfMatch, IfMatch, Tagged } from '../http/version.js';
import { DeckChangesDto, NewDeckDto } from './deck.dto.js';
import { DeckListView, DeckView } from './deck.view.js';
import { DecksService } from './decks.service.js';
import { ApiSearch, readSearch } from './search.js';

const INVALID_AFTER = { message: 'after must be the next of a page', field: 'after' };

const DeckId = () => Param('id', new IdPipe('Deck'));

@ApiTags('decks')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('decks')
export class DecksController {
  constructor(private readonly decks: DecksService) {}

  @Get()
  @ApiOperation({ summary: 'Your decks, the last changed first' })
  @ApiSearch('title, description, subject and category')
  @ApiPage()
  @ApiQuery({
    name: 'include',
    required: false,
    description: '`counts`: with the cards that there are to study now, of each deck and in all.',
    schema: { type: 'string', enum: ['counts'] },
  })
  @ApiOkResponse({ type: DeckListView })
  @ApiProblems([400, INVALID_AFTER])
  list(@Me() me: Learner, @Query() query: Record<string, unknown>): Promise<DeckListView> {
    const page = readPage(query);
    const terms = readSearch(query);
    return query['include'] === 'counts'
      ? this.decks.listWithCounts(me, new Date(), page, terms)
      : this.decks.list(me.id, page, terms);
  }

  @Post()
  @ApiOperation({ summary: 'Make a deck' })
  @ApiCreatedResponse({ type: DeckView })
  @ApiProblems(400, 413, 415)
  create(@Me() me: Learner, @Body() body: NewDeckDto): Promise<DeckView> {
    return this.decks.create(me.id, body);
  }

  @Get(':id')
  @Tagged()
  @ApiOperation({ summary: 'One deck' })
  @ApiId('Deck')
  @ApiOkResponse({ type: DeckView })
  find(@Me() me: Learner, @DeckId() id: number): Promise<DeckView> {
    return this.decks.find(me.id, id);
  }

  @Put(':id')
  @Tagged()
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a deck', description: 'Any subset of the fields; the rest stays.' })
  @ApiId('Deck')
  @ApiOkResponse({ type: DeckView })
  @ApiProblems(400, 413, 415)
  change(
    @Me() me: Learner,
    @DeckId() id: number,
    @Body() body: DeckChangesDto,
    @IfMatch() versions: Date[] | null,
  ): Promise<DeckView> {
    return this.decks.change(me.id, id, body, versions);
  }

  @Patch(':id')
  @Tagged()
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a deck', description: 'The same as PUT.' })
  @ApiId('Deck')
  @ApiOkResponse({ type: DeckView })
  @ApiProblems(400, 413, 415)
  patch(
    @Me() me: Learner,
    @DeckId() id: number,
    @Body() body: DeckChangesDto,
    @IfMatch() versions: Date[] | null,
  ): Promise<DeckView> {
    return this.decks.change(me.id, id, body, versions);
  }

  @Delete(':id')
  @ApiIfMatch()
  @ApiOperation({
    summary: 'Delete a deck',
    description: 'With its cards, their progress and their reviews.',
  })
  @ApiId('Deck')
  @ApiOkResponse({ type: MessageView })
  async remove(
    @Me() me: Learner,
    @DeckId() id: number,
    @IfMatch() versions: Date[] | null,
  ): Promise<MessageView> {
    await this.decks.remove(me.id, id, versions);
    return { message: 'Deck deleted successfully' };
  }
}
