import type { Config } from '../../../kernel/config/config.js';
import { BooleanField } from '../../../kernel/validation/fields.js';

/** Numbers of members up to which a conversation has each feature; 0: no limit. */
export type FeatureLimits = Pick<Config, 'typingMaxMembers' | 'receiptsMaxMembers'>;

/** Features whose cost grows with the square of the members, limited by the operator. */
export class FeaturesDto {
  @BooleanField('Whether typing indicators are published.')
  typing: boolean;

  @BooleanField(
    'Whether delivered and read positions of other members are published. False with a single member.',
  )
  receipts: boolean;

  static from(memberCount: number, { typingMaxMembers, receiptsMaxMembers }: FeatureLimits): FeaturesDto {
    const isWithin = (limit: number): boolean => limit === 0 || memberCount <= limit;
    return { typing: isWithin(typingMaxMembers), receipts: memberCount > 1 && isWithin(receiptsMaxMembers) };
  }
}
