import { ApiProperty } from '@nestjs/swagger';

/** An answer that only says what was done. */
export class MessageView {
  @ApiProperty({ example: 'Deck deleted successfully' })
  message: string;
}
