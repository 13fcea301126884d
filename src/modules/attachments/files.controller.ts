import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../../kernel/realtime/operation.decorators.js';
import { DownloadsService } from './downloads.service.js';

/** No operation of the contract: it answers bytes, and the address says who asks. HEAD is answered too. */
@ApiTags('attachments')
@Controller('v1/files')
export class FilesController {
  constructor(private readonly downloads: DownloadsService) {}

  @Get(':token')
  @Public()
  @ApiOperation({
    summary: 'The bytes of an attachment, at an address that another route gave. Takes Range.',
  })
  @ApiProduces('application/octet-stream')
  @ApiResponse({ status: 200, description: 'All of it.' })
  @ApiResponse({ status: 206, description: 'The part that was asked for.' })
  @ApiResponse({ status: 304, description: 'It is what you have.' })
  @ApiResponse({
    status: 404,
    description: 'The address has expired, or what it leads to may not be read any more.',
  })
  @ApiResponse({ status: 416, description: 'There is no such part.' })
  send(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.downloads.send(token, request, response);
  }
}
