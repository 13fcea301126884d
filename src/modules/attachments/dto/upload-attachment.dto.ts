import { ClientIdField, FileField } from '../../../kernel/validation/fields.js';
import type { ReceivedFile } from '../../../kernel/validation/rules.js';

export class UploadAttachmentDto {
  @FileField('The file, with its name. What it is, is found in its content.')
  file: ReceivedFile;

  @ClientIdField()
  clientId?: string;
}
