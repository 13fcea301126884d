import type { Config } from '../../../kernel/config/config.js';
import { BooleanField } from '../../../kernel/validation/fields.js';

/** Members up to which a conversation has them; 0: no limit. */
export type FeatureLimits = Pick<Config, 'typingMaxMembers' | 'receiptsMaxMembers'>;

/** What grows with the square of the members: the operator says up to how many a conversation has it. */
export class FeaturesDto {
  @BooleanField('Whether it is told who is typing.')
  typing: boolean;

  @BooleanField('Whether it is told who has received and read how far.')
  receipts: boolean;

  static of(memberCount: number, { typingMaxMembers, receiptsMaxMembers }: FeatureLimits): FeaturesDto {
    const upTo = (most: number): boolean => most === 0 || memberCount <= most;
    return { typing: upTo(typingMaxMembers), receipts: upTo(receiptsMaxMembers) };
  }
}
