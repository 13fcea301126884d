import { type ColumnsOf, type Prefixed, type RowOf, selectList } from './row-of.js';

class Note {
  id: string;
  createdAt: Date;
  threadRootId: string | null;
}

type NoteRow = ColumnsOf<Note, 'id' | 'created_at'>;

/** The compiler reports a comment that expects an error where there is none. */
describe('a row type', () => {
  it('has the snake_case columns of the entity', () => {
    const row: RowOf<Note> = { id: 'a', created_at: new Date(0), thread_root_id: null };
    // @ts-expect-error: an unknown column
    const wrong: RowOf<Note> = { ...row, title: null };
    expect(Object.keys(wrong)).toContain('title');
  });

  it('can carry a prefix', () => {
    const row: Prefixed<'note_', NoteRow> = { note_id: 'a', note_created_at: new Date(0) };
    expect(Object.keys(row)).toEqual(['note_id', 'note_created_at']);
  });

  it('makes a select list complete', () => {
    expect(selectList<NoteRow>({ id: true, created_at: true })).toBe('id, created_at');
    // @ts-expect-error: a missing column
    selectList<NoteRow>({ id: true });
    // @ts-expect-error: a column that the row does not have
    selectList<NoteRow>({ id: true, created_at: true, thread_root_id: true });
  });
});
