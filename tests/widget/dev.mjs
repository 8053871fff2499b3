// The demo shop with a fake desk that answers: `npm run dev` in widget/.
import { FakeGateway } from './fake_gateway.mjs';

const gateway = await FakeGateway.start({ port: Number(process.env.PORT) || 8099 });
console.log(`${gateway.origin}/ - whatever is written there, Nina answers`);
const said = new Set();
setInterval(() => {
  for (const visitor of gateway.visitors) {
    for (const entry of visitor.entries) {
      if (entry.by !== 'visitor' || said.has(entry.id)) continue;
      said.add(entry.id);
      if (visitor.chat.state !== 'active') setTimeout(() => gateway.join(visitor, 'Nina'), 1500);
      setTimeout(() => gateway.mark(visitor, entry.id, 'received'), 700);
      setTimeout(() => gateway.mark(visitor, entry.id, 'displayed'), 2500);
      setTimeout(() => gateway.types(visitor, true), 3000);
      setTimeout(() => gateway.say(visitor, 'Nina', `You said: ${entry.body}`), 5000);
    }
  }
}, 200);
