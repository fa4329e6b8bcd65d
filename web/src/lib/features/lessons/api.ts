import { api, ask, ifMatch } from '#lib/api/client.ts';
import type { Lesson } from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';

export interface LessonQuery {
  q?: string;
  mine?: boolean;
  competitor?: string;
  product?: string;
  segment?: string;
  cursor?: string;
}

export const lessonsQuery = (query: LessonQuery) => ({
  queryKey: ['lessons', 'list', query],
  queryFn: () => ask(api.GET('/lessons', { params: { query } })),
});

export const lessonQuery = (lesson: string) => ({
  queryKey: ['lessons', lesson],
  queryFn: () => ask(api.GET('/lessons/{lesson}', { params: { path: { lesson } } })),
});

export async function changeLesson(lesson: Lesson, words: { title: string; body: string; serves?: string }) {
  const path = { lesson: lesson.id };
  await ask(
    api.PATCH('/lessons/{lesson}', { params: { path }, headers: ifMatch(lesson.version), body: words }),
  );
  await changed('lessons', 'debriefs');
}
