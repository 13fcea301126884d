import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ListEditsDto,
  ListMediaDto,
  ListMentionsDto,
  ListMessagesDto,
  type EditPageDto,
  type MessagePageDto,
} from './dto/list-messages.dto.js';
import { ListMessageReceiptsDto, type MessageReceiptPageDto } from './dto/message-receipts.dto.js';
import { MessageIdDto, type MessageDto } from './dto/message.dto.js';
import { EditMessageDto, ForwardMessageDto, SendMessageDto } from './dto/send-message.dto.js';
import { ForwardsService } from './forwards.service.js';
import { MentionsService } from './mentions.service.js';
import { MessageEditsService } from './message-edits.service.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessageReceiptsService } from './message-receipts.service.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  getMessage,
  listEdits,
  listMedia,
  listMentions,
  listMessageReceipts,
  listMessages,
  sendMessage,
} from './messages.contract.js';
import { MessagesService } from './messages.service.js';

/** Routes of messages. Reactions, pins, threads and message flags have controllers of their own. */
@ApiTags('messages')
@Controller('v1')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly edits: MessageEditsService,
    private readonly history: MessageHistoryService,
    private readonly forwards: ForwardsService,
    private readonly mentions: MentionsService,
    private readonly receipts: MessageReceiptsService,
  ) {}

  @Post('messages')
  @Endpoint(sendMessage)
  sendMessage(@CurrentUser() user: AuthUser, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.sendMessage(user, input);
  }

  @Get('messages')
  @Endpoint(listMessages)
  listMessages(@CurrentUser() user: AuthUser, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.listMessages(user, input);
  }

  @Get('messages/:messageId')
  @Endpoint(getMessage)
  getMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.getMessage(user, input);
  }

  @Patch('messages/:messageId')
  @Endpoint(editMessage)
  editMessage(@CurrentUser() user: AuthUser, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.edits.editMessage(user, input);
  }

  @Delete('messages/:messageId')
  @Endpoint(deleteMessage)
  deleteMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.deleteMessage(user, input);
  }

  @Get('messages/:messageId/edits')
  @Endpoint(listEdits)
  listEdits(@CurrentUser() user: AuthUser, @Input() input: ListEditsDto): Promise<EditPageDto> {
    return this.history.listEdits(user, input);
  }

  @Post('messages/:messageId/forward')
  @Endpoint(forwardMessage)
  forwardMessage(@CurrentUser() user: AuthUser, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forwardMessage(user, input);
  }

  @Get('conversations/:conversationId/media')
  @Endpoint(listMedia)
  listMedia(@CurrentUser() user: AuthUser, @Input() input: ListMediaDto): Promise<MessagePageDto> {
    return this.history.listMedia(user, input);
  }

  @Get('mentions')
  @Endpoint(listMentions)
  listMentions(@CurrentUser() user: AuthUser, @Input() input: ListMentionsDto): Promise<MessagePageDto> {
    return this.mentions.listMentions(user, input);
  }

  @Get('messages/:messageId/receipts')
  @Endpoint(listMessageReceipts)
  listMessageReceipts(
    @CurrentUser() user: AuthUser,
    @Input() input: ListMessageReceiptsDto,
  ): Promise<MessageReceiptPageDto> {
    return this.receipts.listMessageReceipts(user, input);
  }
}
