import { configMapText } from './edit.js';
import { editingModes } from './editing-modes.js';
import { removeJobDns } from './job-dns/deploy.js';
import { leftovers, removeLeftovers } from './leftovers.js';
import { isAddresses } from './proof.js';
import { askAll, type Hands, type Scene, tell } from './scene.js';
import { no, proving, type Told } from './told.js';

/**
 * Takes all that stands for the resource out of the cluster's DNS. Undefined when nothing leads to the endpoint any more:
 * resolvers follow for a while what they have loaded.
 */
export async function release(scene: Scene, hands: Hands): Promise<Told | undefined> {
  const { object, memory, held } = scene;
  const retains = object.metadata.deletionTimestamp !== undefined && object.spec.deletionPolicy === 'Retain';
  const edits = leftovers(scene);
  const where = edits.map(({ configMap }) => configMapText(configMap)).join(' and ');
  if (held && (edits.length > 0 || memory.resolver !== undefined)) {
    const message = `would take away what leads to the endpoint, ${where || 'the resolver of mode JobDNS'}; ${held}`;
    return { finding: no({ reason: 'Planned', message }), status: {}, againMs: hands.intervalMs };
  }
  if (!(await removeJobDns(scene, hands, retains))) {
    return { finding: proving('the resolver of mode JobDNS is being removed'), status: {}, againMs: hands.pollMs };
  }
  if (edits.length === 0) return letGo(scene, hands);
  if (retains) {
    tell(scene, hands, 'Warning', 'Left', `Left behind: rewrites in ${where}, marked ${scene.wish.marker}`);
    return undefined;
  }
  await removeLeftovers(scene, hands);
  memory.removedAt = Date.now();
  return letGo(scene, hands);
}

/** Only what is deleted has to wait: else the endpoint stays. */
async function letGo(scene: Scene, hands: Hands): Promise<Told | undefined> {
  const { object, memory, wish } = scene;
  const { deletionTimestamp } = object.metadata;
  const mode = object.status?.interception?.mode ?? '';
  if (!deletionTimestamp || !Object.keys(editingModes).includes(mode)) return undefined;
  const looks = await askAll(scene);
  const follower = looks.find(({ answers }) =>
    wish.rewrites.some(({ from, to }) => isAddresses(answers[from]) && answers[from] === answers[to]),
  );
  if (!follower) return undefined;
  if (Date.now() - (memory.removedAt ?? Date.parse(deletionTimestamp)) >= hands.proofMs) {
    tell(scene, hands, 'Warning', 'Left', `${follower.pod} still leads to the endpoint; restart it`);
    return undefined;
  }
  return { finding: proving(`${follower.pod} still leads to the endpoint`), status: {}, againMs: hands.pollMs };
}
