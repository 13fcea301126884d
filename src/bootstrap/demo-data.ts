export type Name = 'alice' | 'bob' | 'carol';

export const people: readonly { name: Name; displayName: string }[] = [
  { name: 'alice', displayName: 'Alice Adams' },
  { name: 'bob', displayName: 'Bob Brown' },
  { name: 'carol', displayName: 'Carol Chen' },
];

interface DemoConversation {
  /** The first of them makes it. */
  people: readonly [Name, ...Name[]];
  /** A DM has none. */
  title?: string;
  /** A public channel, else a group. */
  isPublic?: boolean;
  lines: readonly (readonly [Name, string])[];
}

export const conversations: readonly DemoConversation[] = [
  {
    people: ['alice', 'bob'],
    lines: [
      ['alice', 'Good morning Bob! Did the release go out?'],
      ['bob', 'It did, at nine. No rollbacks so far 🎉'],
      ['alice', 'Lovely. Shall we tell Carol about the new search?'],
      ['bob', 'You do it, you wrote it.'],
    ],
  },
  {
    people: ['alice', 'carol'],
    lines: [
      ['alice', 'Carol, the new search is live.'],
      ['carol', '好消息！我马上试试。'],
    ],
  },
  {
    people: ['carol', 'alice', 'bob'],
    title: 'Release 42',
    lines: [
      ['carol', 'Here we plan the next one. What must be in?'],
      ['bob', 'The import of old projects. Two customers wait for it.'],
      ['alice', 'And the dark theme, it is done but for the calendar.'],
    ],
  },
  {
    people: ['bob', 'alice'],
    title: 'Lunch',
    isPublic: true,
    lines: [['bob', 'Noodles at half past twelve?']],
  },
];
