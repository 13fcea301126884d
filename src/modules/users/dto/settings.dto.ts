import { BooleanField } from '../../../kernel/validation/fields.js';

const READ_RECEIPTS =
  'Whether others see how far I have read. False hides it both ways: I do not see how far they have read either.';

/** What a person chose for all their devices. */
export class SettingsDto {
  @BooleanField(READ_RECEIPTS)
  readReceipts: boolean;

  /** What was never chosen is as it is by default. */
  static from(settings: Record<string, unknown>): SettingsDto {
    return { readReceipts: settings.readReceipts !== false };
  }
}

export class UpdateSettingsDto {
  @BooleanField(READ_RECEIPTS, { optional: true })
  readReceipts?: boolean;
}
