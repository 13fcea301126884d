import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UsersModule } from '../users/users.module.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { AttachmentsService } from './attachments.service.js';
import { DownloadsService } from './downloads.service.js';
import { SignedUrls, SigningKey } from './signed-urls.js';
import { DownloadsController } from './downloads.controller.js';
import { MediaService } from './media.service.js';
import { FileProcessor } from './file-processor.js';
import { ImageProcessor } from './image-processor.js';
import { LocalStorage } from './local-storage.js';
import { S3Storage } from './s3-storage.js';
import { Storage } from './storage.js';
import { AttachmentCleanupRepository } from './attachment-cleanup.repository.js';
import { AttachmentCleanupService } from './attachment-cleanup.service.js';
import { UploadsService } from './uploads.service.js';
import { UploadsInterceptor } from './uploads.interceptor.js';

/** Module of uploads, storage, signed URLs and media of messages. */
@Module({
  imports: [UsersModule],
  controllers: [AttachmentsController, DownloadsController],
  providers: [
    { provide: Storage, inject: [Config], useFactory: storageFor },
    AttachmentsRepository,
    AttachmentCleanupRepository,
    SigningKey,
    SignedUrls,
    ImageProcessor,
    FileProcessor,
    UploadsService,
    AttachmentsService,
    MediaService,
    DownloadsService,
    AttachmentCleanupService,
    UploadsInterceptor,
  ],
  exports: [MediaService],
})
export class AttachmentsModule {}

/** A bucket if there is one, else a directory. */
function storageFor(config: Config): Storage {
  const directory = config.attachmentsDir || join(config.dataDir, 'attachments');
  return config.s3Bucket ? new S3Storage(directory, config) : new LocalStorage(directory);
}
