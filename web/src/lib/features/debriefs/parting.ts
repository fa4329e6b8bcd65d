// The last save of a page that goes away outlives it, and the page that comes next may ask for the draft before
// that save has arrived: it would show the words of a moment ago. So who leaves notes that words are on their
// way (never the words), and who comes looks again until they are there.
const key = 'buckstop-parting';
const looks = [200, 400, 800, 1_600, 3_000];

/** Words for this debrief are on their way, written upon that revision. */
export function part(debrief: string, revision: number) {
  try {
    sessionStorage.setItem(key, JSON.stringify([debrief, revision]));
  } catch {
    // A browser that keeps nothing: the server's event brings them, a little later.
  }
}

/** Looks again where the page before this one left words on their way, until `revision()` has moved on. */
export async function arrive(debrief: string, revision: () => number, look: () => Promise<unknown>) {
  let parted: unknown;
  try {
    parted = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    sessionStorage.removeItem(key);
  } catch {
    return;
  }
  if (!Array.isArray(parted) || parted[0] !== debrief) return;
  for (const wait of looks) {
    if (revision() > Number(parted[1])) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    await look();
  }
}
