import { ClientIdField, FileField } from '../../../kernel/validation/fields.js';
import type { ReceivedFile } from '../../../kernel/validation/rules.js';

/** Upload form (multipart/form-data). */
export class UploadAttachmentDto {
  @FileField('File with its name. Its type is detected from the content.')
  file: ReceivedFile;

  @ClientIdField()
  clientId?: string;
}
