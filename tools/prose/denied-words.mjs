/** Words that no comment, description, error or document holds, as sources of case-insensitive regular expressions. */
export const deniedWords = [
  { pattern: 'whom|whoever|whatever|whomever', use: 'the noun that is meant' },
  { pattern: 'somebody|nobody|anybody|everybody', use: 'a user, no user, any user, all members' },
  { pattern: 'anew', use: 'again' },
  { pattern: 'for ever', use: 'without limit, permanently' },
  { pattern: '(?:is|are|was|were|be|been|being|gets?|got) told', use: 'receives' },
  { pattern: '(?:hears?|heard|hearing) of', use: 'receives' },
];

/** Pronouns of the first person. `us` in capitals is a country, `I/O` a term. */
export const firstPerson =
  /(?<![\w\p{L}'’/.-])(?:I(?!\/O|[\w.-])|[Mm](?:e|y|ine|yself)|[Ww]e|[Oo]urs?|[Oo]urselves|us)(?![\w\p{L}/-])/gu;
