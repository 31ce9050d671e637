import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Deck } from './deck.entity.js';
import { DecksController } from './decks.controller.js';
import { DecksQueries } from './decks.queries.js';
import { DecksService } from './decks.service.js';
import { Flashcard } from './flashcard.entity.js';
import { FlashcardsController } from './flashcards.controller.js';
import { FlashcardsQueries } from './flashcards.queries.js';
import { FlashcardsService } from './flashcards.service.js';

/** What there is to learn: decks and their flashcards. */
@Module({
  imports: [TypeOrmModule.forFeature([Deck, Flashcard])],
  controllers: [DecksController, FlashcardsController],
  providers: [DecksService, DecksQueries, FlashcardsService, FlashcardsQueries],
  exports: [DecksService, FlashcardsService],
})
export class DecksModule {}
