import { configMapText, type Edit } from './edit.js';
import { editingModes } from './editing-modes.js';
import { type Hands, type Scene, tell, write } from './scene.js';
import type { ChosenMode } from './wish.js';

/** What stands in ConfigMaps for a resource by other modes than `mode`, and is to go. */
export function leftovers({ dns, wish }: Pick<Scene, 'dns' | 'wish'>, mode?: ChosenMode): Edit[] {
  return Object.entries(editingModes).flatMap(([name, each]) =>
    name === mode ? [] : (each.take(dns, wish.marker) ?? []),
  );
}

export async function removeLeftovers(scene: Scene, hands: Hands, mode?: ChosenMode): Promise<void> {
  for (const edit of leftovers(scene, mode)) {
    await write(edit, hands);
    tell(scene, hands, 'Normal', 'Removed', `rewrites out of ${configMapText(edit.configMap)}`);
  }
}
