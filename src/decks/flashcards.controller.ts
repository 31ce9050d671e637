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
import { IdPipe, parseId } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../http/message.js';
import { ApiPage, readPage } from '../http/page.js';
import { invalidField } from '../http/problem.js';
import { ApiIfMatch, IfMatch, Tagged } from '../http/version.js';
import { BLANK, FlashcardChangesDto, NewFlashcardDto } from './flashcard.dto.js';
import { FlashcardListView, FlashcardView } from './flashcard.view.js';
import { FlashcardsService } from './flashcards.service.js';
import { ApiSearch, readSearch } from './search.js';

const INVALID_TEXT = { message: BLANK, field: 'front_text' };

const FlashcardId = () => Param('id', new IdPipe('Flashcard'));

/** Classic clients write an absent deck in three ways. */
const NO_DECK = ['', 'null', 'undefined'];

function readDeckId(text: unknown): number | undefined {
  if (text === undefined || NO_DECK.includes(text as string)) return undefined;
  const id = typeof text === 'string' ? parseId(text) : undefined;
  if (id === undefined) throw invalidField('deck_id', 'deck_id must be an integer');
  return id;
}

@ApiTags('flashcards')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('flashcards')
export class FlashcardsController {
  constructor(private readonly flashcards: FlashcardsService) {}

  @Get()
  @ApiOperation({ summary: 'Cards of a deck or of all decks, the last changed first' })
  @ApiQuery({
    name: 'deck_id',
    required: false,
    schema: { type: 'integer', minimum: 1 },
    description: 'Only the cards of this deck.',
  })
  @ApiQuery({
    name: 'all',
    required: false,
    schema: { type: 'boolean', default: false },
    description: 'All cards on one page.',
  })
  @ApiSearch('their texts, the first 20,000 characters of each card')
  @ApiPage()
  @ApiOkResponse({ type: FlashcardListView })
  @ApiProblems([400, { message: 'deck_id must be an integer', field: 'deck_id' }], 404)
  list(@Me() me: Learner, @Query() query: Record<string, unknown>): Promise<FlashcardListView> {
    const all = String(query['all']).toLowerCase() === 'true';
    if (all && query['after']) throw invalidField('after', 'after and all cannot go together');
    return this.flashcards.list(me.id, {
      deckId: readDeckId(query['deck_id']),
      terms: readSearch(query),
      page: all ? undefined : readPage(query),
    });
  }

  @Post()
  @ApiOperation({ summary: 'Add a card to a deck' })
  @ApiCreatedResponse({ type: FlashcardView })
  @ApiProblems([400, INVALID_TEXT], [404, { message: 'Deck not found or not yours' }], 413, 415)
  create(@Me() me: Learner, @Body() body: NewFlashcardDto): Promise<FlashcardView> {
    return this.flashcards.create(me.id, body);
  }

  @Get(':id')
  @Tagged()
  @ApiOperation({ summary: 'One card' })
  @ApiId('Flashcard')
  @ApiOkResponse({ type: FlashcardView })
  find(@Me() me: Learner, @FlashcardId() id: number): Promise<FlashcardView> {
    return this.flashcards.find(me.id, id);
  }

  @Put(':id')
  @Tagged()
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a card', description: 'Either text or both; progress stays.' })
  @ApiId('Flashcard')
  @ApiOkResponse({ type: FlashcardView })
  @ApiProblems([400, INVALID_TEXT], 413, 415)
  change(
    @Me() me: Learner,
    @FlashcardId() id: number,
    @Body() body: FlashcardChangesDto,
    @IfMatch() versions: Date[] | null,
  ): Promise<FlashcardView> {
    return this.flashcards.change(me.id, id, body, versions);
  }

  @Patch(':id')
  @Tagged()
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a card', description: 'The same as PUT.' })
  @ApiId('Flashcard')
  @ApiOkResponse({ type: FlashcardView })
  @ApiProblems([400, INVALID_TEXT], 413, 415)
  patch(
    @Me() me: Learner,
    @FlashcardId() id: number,
    @Body() body: FlashcardChangesDto,
    @IfMatch() versions: Date[] | null,
  ): Promise<FlashcardView> {
    return this.flashcards.change(me.id, id, body, versions);
  }

  @Delete(':id')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Delete a card', description: 'With its progress and its reviews.' })
  @ApiId('Flashcard')
  @ApiOkResponse({ type: MessageView, example: { message: 'Flashcard deleted successfully' } })
  async remove(
    @Me() me: Learner,
    @FlashcardId() id: number,
    @IfMatch() versions: Date[] | null,
  ): Promise<MessageView> {
    await this.flashcards.remove(me.id, id, versions);
    return { message: 'Flashcard deleted successfully' };
  }
}
