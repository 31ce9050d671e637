import { applyDecorators, Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { createHash } from 'node:crypto';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { tag } from '../../http/version.js';
import { ApiForecastDays, readForecastDays } from './cards.controller.js';
import { PicturesService } from './pictures.service.js';

const DESCRIPTION =
  'For light and dark surroundings, with title and description. It has an `ETag`: ask again with `If-None-Match`, and ' +
  'the answer is 304 while nothing has changed.';

/** The one thing that a picture needs beyond what answers may do elsewhere is its own style. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

function Picture(summary: string) {
  return applyDecorators(
    Header('Content-Type', 'image/svg+xml; charset=utf-8'),
    Header('Content-Security-Policy', POLICY),
    ApiOperation({ summary, description: DESCRIPTION }),
    ApiOkResponse({ content: { 'image/svg+xml': { schema: { type: 'string' } } } }),
  );
}

@ApiTags('statistics')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('stats')
export class PicturesController {
  constructor(private readonly pictures: PicturesService) {}

  @Get('heatmap.svg')
  @Picture('Your study days of the last year, as a picture')
  async heatmap(@Me() me: Learner, @Res({ passthrough: true }) response: Response): Promise<string> {
    return tagged(await this.pictures.heatmap(me, new Date()), response);
  }

  @Get('forecast.svg')
  @Picture('The cards that fall due on the next days, as a picture')
  @ApiForecastDays()
  @ApiProblems([400, { message: 'days must be a whole number from 1 to 365', field: 'days' }])
  async forecast(
    @Me() me: Learner,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return tagged(await this.pictures.forecast(me, readForecastDays(query), new Date()), response);
  }

  @Get('retention.svg')
  @Picture('Your true retention by month, as a picture')
  async retention(@Me() me: Learner, @Res({ passthrough: true }) response: Response): Promise<string> {
    return tagged(await this.pictures.retention(me, new Date()), response);
  }
}

function tagged(picture: string, response: Response): string {
  tag(response, createHash('sha256').update(picture).digest('base64url'));
  return picture;
}
