import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { PROBLEM_CONTENT } from '../../kernel/errors/problem-details.dto.js';
import { Public } from '../../kernel/realtime/operation.decorators.js';
import { DownloadsService } from './downloads.service.js';

const SCHEMA = { type: 'string' as const, format: 'binary' };
/** The media type is that of the file; generators of clients know the first one. */
const BYTES = { 'application/octet-stream': { schema: SCHEMA }, '*/*': { schema: SCHEMA } };

/** Serves files at signed URLs, which identify the user. Not an operation of the contract, because it returns bytes. Supports HEAD. */
@ApiTags('attachments')
@Controller('v1/files')
export class DownloadsController {
  constructor(private readonly files: DownloadsService) {}

  @Get(':token')
  @Public()
  @ApiOperation({
    operationId: 'file.get',
    summary: 'Returns the bytes of an attachment at a signed URL.',
    description: 'Supports HEAD and Range (RFC 9110). The user of the URL must be able to read the message.',
  })
  @ApiResponse({ status: 200, description: 'Whole file.', content: BYTES })
  @ApiResponse({ status: 206, description: 'Requested range.', content: BYTES })
  @ApiResponse({ status: 304, description: 'Not modified.' })
  @ApiResponse({
    status: 404,
    description: 'The URL has expired, or the user may no longer read the file.',
    content: PROBLEM_CONTENT,
  })
  @ApiResponse({ status: 416, description: 'The range is outside the file.' })
  sendFile(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.files.sendFile(token, request, response);
  }
}
