export interface Finding {
  line: number;
  word: string;
  message: string;
}

export function checkProse(path: string, text: string): Finding[];
