import { Controller, Get, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { From, type Device } from '../auth/device.js';
import { Me, type Learner } from '../auth/learner.js';
import { SessionOnly } from '../auth/access.decorator.js';
import { ApiProblems } from '../http/api-responses.js';
import { ExportService } from './export.service.js';
import { ExportView } from './export.view.js';

@ApiTags('accounts')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('user/export')
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  /** What fails before the first byte is refused as usual; later the connection is cut, so that nobody keeps a half. */
  @Get()
  @SessionOnly()
  @ApiOperation({
    summary: 'Take along everything in your account',
    description:
      'One JSON document, sent while it is read. A connection that is cut means that it is not complete.',
  })
  @ApiOkResponse({ type: ExportView })
  async export(@Me() me: Learner, @From() device: Device, @Res() response: Response): Promise<void> {
    const now = new Date();
    const document = await this.exports.begin(me, device, now);
    response
      .set('Cache-Control', 'no-store')
      .attachment(`flashlearn-export-${now.toISOString().slice(0, 10)}.json`)
      .type('application/json')
      .flushHeaders();
    await pipeline(document, response).catch((error: unknown) => {
      // The reader hung up, which is nobody's fault.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }
}
