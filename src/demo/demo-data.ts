export type Name = 'alice' | 'bob' | 'carol';

export const people: readonly { name: Name; displayName: string }[] = [
  { name: 'alice', displayName: 'Alice Adams' },
  { name: 'bob', displayName: 'Bob Brown' },
  { name: 'carol', displayName: 'Carol Chen' },
];

interface DemoConversation {
  between: readonly [Name, Name];
  lines: readonly (readonly [Name, string])[];
}

export const conversations: readonly DemoConversation[] = [
  {
    between: ['alice', 'bob'],
    lines: [
      ['alice', 'Good morning Bob! Did the release go out?'],
      ['bob', 'It did, at nine. No rollbacks so far 🎉'],
      ['alice', 'Lovely. Shall we tell Carol about the new search?'],
      ['bob', 'You do it, you wrote it.'],
    ],
  },
  {
    between: ['alice', 'carol'],
    lines: [
      ['alice', 'Carol, the new search is live.'],
      ['carol', '好消息！我马上试试。'],
    ],
  },
];
