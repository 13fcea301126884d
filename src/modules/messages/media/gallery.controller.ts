import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListMediaDto, type MediaPageDto } from './dto/gallery.dto.js';
import { listMedia } from './gallery.contract.js';
import { GalleryService } from './gallery.service.js';

@ApiTags('messages')
@Controller('v1/messages/media')
export class GalleryController {
  constructor(private readonly gallery: GalleryService) {}

  @Get()
  @Answers(listMedia)
  list(@CallerParam() caller: Caller, @Input() input: ListMediaDto): Promise<MediaPageDto> {
    return this.gallery.list(caller, input);
  }
}
