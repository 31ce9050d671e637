import { ApiProperty } from '@nestjs/swagger';

export class WelcomeView {
  @ApiProperty({ type: 'string', example: 'Welcome to the Flashcard App!' })
  message = 'Welcome to the Flashcard App!';

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { decks: '/decks' } })
  endpoints: Record<string, string> = {
    signup: '/signup',
    login: '/login',
    user: '/user',
    user_stats: '/user/stats',
    decks: '/decks',
    flashcards: '/flashcards',
    progress: '/progress',
    dashboard: '/dashboard',
    health: '/health',
    docs: '/docs',
    openapi: '/openapi.json',
  };
}

export class HealthView {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: string;
}

export class DatabasePingView {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  db: string;
}

export class DatabaseCheckView {
  @ApiProperty({ example: true })
  ok: boolean;
}
