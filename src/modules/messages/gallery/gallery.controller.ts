import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListMediaDto, type MediaPageDto } from './dto/gallery.dto.js';
import { listMedia } from './gallery.contract.js';
import { GalleryService } from './gallery.service.js';

@ApiTags('messages')
@Controller('v1/conversations/:conversationId/media')
export class GalleryController {
  constructor(private readonly gallery: GalleryService) {}

  @Get()
  @Endpoint(listMedia)
  list(@CurrentUser() user: AuthUser, @Input() input: ListMediaDto): Promise<MediaPageDto> {
    return this.gallery.list(user, input);
  }
}
